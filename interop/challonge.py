"""The v2.1 API over any session that authenticates: `requests`, requests-oauthlib, Authlib."""

HEADERS = {"Content-Type": "application/vnd.api+json", "Accept": "application/json"}


class Api:
    """Calls as a client of Challonge v2.1 makes them."""

    def __init__(self, base, session, headers=None):
        self.base = f"{base}/v2.1"
        self.session = session
        self.headers = HEADERS | (headers or {})

    def call(self, method, path, kind=None, expect=200, /, **attributes):
        """Sends the attributes as a resource of that kind; gives the answer's document."""
        body = {"data": {"type": kind, "attributes": attributes}} if kind else None
        path, _, query = path.partition("?")
        url = f"{self.base}/{path}.json?{query}".rstrip("?")
        answer = self.session.request(method, url, json=body, headers=self.headers)
        assert answer.status_code == expect, (answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def get(self, path, expect=200):
        return self.call("GET", path, None, expect)

    def new_tournament(self, names, tournament_type="double elimination", **attributes):
        """A started tournament of these participants, the first the best seed; its id."""
        created = self.call(
            "POST", "tournaments", "tournaments", 201,
            name="Interop Open", tournament_type=tournament_type, **attributes,
        )  # fmt: skip
        tournament = created["data"]["id"]
        self.call(
            "POST", f"tournaments/{tournament}/participants/bulk_add", "Participants", 200,
            participants=[{"name": name} for name in names],
        )  # fmt: skip
        self.change_state(tournament, "start")
        return tournament

    def change_state(self, tournament, state, expect=200):
        path = f"tournaments/{tournament}/change_state"
        return self.call("PUT", path, "TournamentState", expect, state=state)

    def participants(self, tournament):
        """By id: attributes."""
        listed = self.get(f"tournaments/{tournament}/participants")
        return {int(one["id"]): one["attributes"] for one in listed["data"]}

    def matches(self, tournament):
        """In list order: attributes, with the id and the sides' ids as numbers."""
        listed = self.get(f"tournaments/{tournament}/matches?per_page=1000")
        return [flat(one) for one in listed["data"]]

    def report(self, tournament, match, winner, scores=("3,3", "1,0")):
        """Reports that a side (0 or 1) won; `scores` are the winner's and the loser's sets."""
        sides = [
            {
                "participant_id": str(match["players"][side]),
                "score_set": scores[0 if side == winner else 1],
                "advancing": side == winner,
            }
            for side in (0, 1)
        ]
        path = f"tournaments/{tournament}/matches/{match['id']}"
        return flat(self.call("PUT", path, "Match", 200, match=sides)["data"])


def flat(resource):
    """A match resource as one dictionary."""
    sides = (resource["relationships"][f"player{n}"]["data"] for n in (1, 2))
    players = [int(side["id"]) if side else None for side in sides]
    return resource["attributes"] | {"id": int(resource["id"]), "players": players}
