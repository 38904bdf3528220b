"""The server is killed in the middle of reports: what was acknowledged is there afterwards."""

import itertools
import threading

import pytest
import requests
from challonge import Api
from harness import ENGINES, running

# Reports that are acknowledged before the cut comes, and writers that are busy then.
BEFORE = 60
WRITERS = 4


def write_on(api, name, acknowledged, enough):
    """Reports one match again and again, each time with another score, until nobody answers."""
    tournament = api.new_tournament(["Ada", "Grace"], "single elimination", url=name)
    [final] = api.matches(tournament)
    for score in itertools.count(1):
        try:
            api.report(tournament, final, 0, (f"{score}", "0"))
        except requests.ConnectionError:
            return
        acknowledged[name] = score
        if sum(acknowledged.values()) >= BEFORE:
            enough.set()


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_acknowledged_is_kept(engine, tmp_path):
    with running(engine, tmp_path) as server:
        key = {"Authorization": server.new_key(server.new_person())}
        acknowledged, enough = {}, threading.Event()
        writers = [
            threading.Thread(
                target=write_on,
                args=(Api(server.url, requests.Session(), key), f"cut{n}", acknowledged, enough),
            )
            for n in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        assert enough.wait(60)
        server.kill()
        for writer in writers:
            writer.join()
        server.start()
        api = Api(server.url, requests.Session(), key)
        for name, score in acknowledged.items():
            [final] = api.matches(name)
            # The one that was on its way may be there, too.
            assert final["scores"] in (f"{score} - 0", f"{score + 1} - 0")
        # And it goes on.
        [final] = api.matches("cut0")
        api.report("cut0", final, 1)
