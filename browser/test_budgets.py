"""The budgets of a tournament's page that hold on every machine; budgets.py measures the others."""

import budgets
import pytest
import requests
from challonge import Api
from conftest import DESKTOP, PHONE


@pytest.fixture(scope="session")
def api(demo):
    return Api(demo.url, requests.Session(), {"Authorization": demo.new_key(demo.new_person())})


@pytest.mark.parametrize("kind", budgets.FORMATS)
def test_the_policy_is_kept(demo, api, browser, kind):
    slug = f"strict_{kind.replace(' ', '_')}"
    budgets.make(api, kind, slug, budgets.RIDERS)
    assert not budgets.policy(browser, f"{demo.url}/{slug}")


@pytest.mark.parametrize("kind", budgets.FORMATS)
def test_a_first_visit_is_light(demo, api, browser, kind):
    slug = f"light_{kind.replace(' ', '_')}"
    budgets.make(api, kind, slug, budgets.RIDERS)
    loaded = budgets.weigh(browser, f"{demo.url}/{slug}")
    assert sum(loaded.values()) <= budgets.BYTES, loaded


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("kind", budgets.FORMATS)
@pytest.mark.parametrize("down", [0, 400], ids=["at the top", "further down"])
def test_nothing_moves_while_it_is_played(demo, api, browser, kind, viewport, down):
    slug = f"still_{kind.replace(' ', '_')}_{viewport['width']}_{down}"
    tournament = api.new_tournament(budgets.names(6), kind, url=slug)
    moved = budgets.shifts(browser, api, demo.url, slug, tournament, viewport, down)
    assert not budgets.read(moved)
