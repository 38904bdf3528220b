"""A personal key under `Authorization-Type: v1`: it acts for its owner."""

import pytest
import requests
from challonge import Api


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization-Type": "v1", "Authorization": "{key}"},
        {"Authorization-Type": "v1", "Authorization": "Bearer {key}"},
        {"Authorization": "{key}"},
    ],
    ids=["bare", "with a scheme", "without a type"],
)
def test_a_key_acts_for_its_owner(server, person, headers):
    key = server.new_key(person)
    headers = {name: value.format(key=key) for name, value in headers.items()}
    api = Api(server.url, requests.Session(), headers)
    assert api.get("me")["data"]["attributes"]["username"] == person["username"]
    tournament = api.new_tournament(["Ada", "Grace"], "single elimination")
    [final] = api.matches(tournament)
    assert api.report(tournament, final, 1, ("2,2", "0,1"))["scores"] == "0 - 2"


def test_only_the_owner_writes(server, person):
    owner = Api(server.url, requests.Session(), {"Authorization": server.new_key(person)})
    tournament = owner.new_tournament(["Ada", "Grace"], "single elimination")
    stranger = server.new_key(server.new_person())
    other = Api(server.url, requests.Session(), {"Authorization": stranger})
    other.get(f"tournaments/{tournament}")
    other.change_state(tournament, "reset", 403)
    assert owner.get(f"tournaments/{tournament}")["data"]["attributes"]["state"] == "underway"


@pytest.mark.parametrize("key", ["", "tly_pk_nonsense", "Bearer ", "0" * 40])
def test_what_is_no_key_is_refused(server, key):
    headers = {"Authorization-Type": "v1", "Authorization": key}
    document = Api(server.url, requests.Session(), headers).get("me", expect=401)
    assert document["errors"]
