"""Fourteen players through Challonge's API v2.1: the sample of a real tournament, as facts."""

import pytest
import requests
from challonge import Api

NAMES = [f"Player {seed}" for seed in range(1, 15)]

# List order: winners' bracket, losers' bracket, then the two grand finals.
IDENTIFIERS = list("ABCDEFGHIJKLM") + list("PQRSTUVWXYZ") + ["AA", "N", "O"]

ROUNDS = dict(
    [(match, 1) for match in "ABCDEF"]
    + [(match, 2) for match in "GHIJ"]
    + [(match, 3) for match in "KL"]
    + [("M", 4), ("N", 5), ("O", 5)]
    + [(match, -1) for match in "PQ"]
    + [(match, -2) for match in "RSTU"]
    + [(match, -3) for match in "VW"]
    + [(match, -4) for match in "XY"]
    + [("Z", -5), ("AA", -6)]
)

PLAY_ORDER = [*"ABCDEF", *"PQ", *"GHIJ", *"UTSR", *"WV", *"KL", *"XY", "Z", "M", "AA", "N"]

# Upper side, lower side: a seed, or which match's winner or loser comes.
SIDES = {
    "A": (8, 9), "B": (4, 13), "C": (5, 12), "D": (7, 10), "E": (3, 14), "F": (6, 11),
    "G": (1, "winner A"), "H": ("winner B", "winner C"),
    "I": (2, "winner D"), "J": ("winner E", "winner F"),
    "K": ("winner G", "winner H"), "L": ("winner I", "winner J"),
    "M": ("winner K", "winner L"),
    "P": ("loser B", "loser C"), "Q": ("loser E", "loser F"),
    "R": ("loser J", "loser A"), "S": ("loser I", "winner P"),
    "T": ("loser H", "loser D"), "U": ("loser G", "winner Q"),
    "V": ("winner R", "winner S"), "W": ("winner T", "winner U"),
    "X": ("loser K", "winner V"), "Y": ("loser L", "winner W"),
    "Z": ("winner X", "winner Y"), "AA": ("loser M", "winner Z"),
    "N": ("winner M", "winner AA"),
}  # fmt: skip

# Who meets when the better seed always wins, and where that leads.
PAIRINGS = {
    "A": (8, 9), "B": (4, 13), "C": (5, 12), "D": (7, 10), "E": (3, 14), "F": (6, 11),
    "G": (1, 8), "H": (4, 5), "I": (2, 7), "J": (3, 6), "K": (1, 4), "L": (2, 3), "M": (1, 2),
    "P": (13, 12), "Q": (14, 11), "R": (6, 9), "S": (7, 12), "T": (5, 10), "U": (8, 11),
    "V": (6, 7), "W": (5, 8), "X": (4, 6), "Y": (3, 5), "Z": (4, 3), "AA": (2, 3), "N": (1, 2),
}  # fmt: skip

FINAL_RANKS = [1, 2, 3, 4, 5, 5, 7, 7, 9, 9, 9, 9, 13, 13]


@pytest.fixture
def api(server, person):
    """An application's token with Challonge's preset, as its own documentation has it."""
    application = server.new_application(person, "challonge")
    answer = requests.post(
        f"{server.url}/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": application["client_id"],
            "client_secret": application["client_secret"],
            "scope": "tournaments:read tournaments:write matches:read matches:write "
            "participants:read participants:write",
        },
    )
    assert answer.status_code == 200, answer.text
    token = answer.json()
    assert token.keys() >= {"access_token", "token_type", "expires_in", "scope", "created_at"}
    bearer = {"Authorization": f"Bearer {token['access_token']}", "Authorization-Type": "v2"}
    with requests.Session() as session:
        yield Api(server.url, session, bearer)


def sides(api, tournament):
    """Where each side of each match comes from, by the feeding matches' identifiers."""
    seeds = {id: one["seed"] for id, one in api.participants(tournament).items()}
    matches = api.matches(tournament)
    names = {match["id"]: match["identifier"] for match in matches}
    return {
        match["identifier"]: tuple(
            f"{'loser' if match[f'player{n}_is_prereq_match_loser'] else 'winner'} "
            f"{names[match[f'player{n}_prereq_match_id']]}"
            if match[f"player{n}_prereq_match_id"]
            else seeds[match["players"][n - 1]]
            for n in (1, 2)
        )
        for match in matches
    }


def test_the_bracket_is_the_samples(api):
    tournament = api.new_tournament(NAMES)
    matches = api.matches(tournament)
    assert [match["identifier"] for match in matches] == IDENTIFIERS
    assert {match["identifier"]: match["round"] for match in matches} == ROUNDS
    ordered = sorted(matches, key=lambda match: match["suggested_play_order"])
    assert [match["identifier"] for match in ordered] == [*PLAY_ORDER, "O"]
    assert [match["suggested_play_order"] for match in ordered] == list(range(1, 28))
    assert [match["identifier"] for match in matches if match["optional"]] == ["O"]
    found = sides(api, tournament)
    assert {name: found[name] for name in SIDES} == SIDES
    ids = [match["id"] for match in matches]
    assert ids == sorted(ids), "ids go in list order"
    opened = [match["identifier"] for match in matches if match["state"] == "open"]
    assert opened == list("ABCDEF")


def test_favourites_win_to_the_end(api):
    tournament = api.new_tournament(NAMES)
    seeds = {id: one["seed"] for id, one in api.participants(tournament).items()}
    for number, identifier in enumerate(PLAY_ORDER):
        match = next(m for m in api.matches(tournament) if m["identifier"] == identifier)
        assert match["state"] == "open", identifier
        assert tuple(seeds[id] for id in match["players"]) == PAIRINGS[identifier], identifier
        winner = min((0, 1), key=lambda side: seeds[match["players"][side]])
        scores = ("3,2,3", "1,3,0") if number % 2 else ("3,3", "1,0")
        done = api.report(tournament, match, winner, scores)
        assert done["state"] == "complete"
        assert done["winner_id"] == match["players"][winner]
        assert done["scores"] == " - ".join(
            ("2", "1" if number % 2 else "0")[:: 1 if winner == 0 else -1]
        )
    # The winners' finalist won the first grand final: there is no second one.
    matches = api.matches(tournament)
    assert [match["identifier"] for match in matches] == IDENTIFIERS[:-1]
    shown = api.get(f"tournaments/{tournament}")["data"]["attributes"]
    assert (shown["state"], shown["progress_meter"]) == ("awaiting_review", 100)
    ranks = [one["final_rank"] for one in api.participants(tournament).values()]
    assert ranks == [None] * 14
    api.change_state(tournament, "finalize")
    shown = api.get(f"tournaments/{tournament}")["data"]["attributes"]
    assert shown["state"] == "complete"
    assert shown["timestamps"]["completed_at"]
    by_seed = {one["seed"]: one["final_rank"] for one in api.participants(tournament).values()}
    assert [by_seed[seed] for seed in range(1, 15)] == FINAL_RANKS


def test_the_grand_final_is_reset(api):
    tournament = api.new_tournament(NAMES)
    seeds = {id: one["seed"] for id, one in api.participants(tournament).items()}
    for identifier in PLAY_ORDER:
        match = next(m for m in api.matches(tournament) if m["identifier"] == identifier)
        winner = min((0, 1), key=lambda side: seeds[match["players"][side]])
        api.report(tournament, match, 1 if identifier == "N" else winner)
    # Both have lost once now. The winner of the first is the upper side of the second.
    reset = api.matches(tournament)[-1]
    assert (reset["identifier"], reset["round"], reset["state"]) == ("O", 5, "open")
    assert [seeds[id] for id in reset["players"]] == [2, 1]
    api.report(tournament, reset, 0)
    api.change_state(tournament, "finalize")
    by_seed = {one["seed"]: one["final_rank"] for one in api.participants(tournament).values()}
    assert [by_seed[seed] for seed in range(1, 15)] == [2, 1, *FINAL_RANKS[2:]]


def test_a_result_is_taken_back(api):
    tournament = api.new_tournament(NAMES[:4])
    first = api.matches(tournament)[0]
    assert api.report(tournament, first, 0)["state"] == "complete"
    path = f"tournaments/{tournament}/matches/{first['id']}/change_state"
    marked = api.call("PUT", path, "MatchState", 200, state="reopen")["data"]["attributes"]
    assert (marked["state"], marked["winner_id"]) == ("open", None)
    marked = api.call("PUT", path, "MatchState", 200, state="mark_as_underway")
    assert marked["data"]["attributes"]["underway_at"]
    assert marked["data"]["attributes"]["state"] == "open"
    api.change_state(tournament, "finalize", 422)
