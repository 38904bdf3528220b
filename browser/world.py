"""A site with something of every kind: tournaments of every format in every state, people,
communities, applications. For tests that look at every page, and for pictures."""

import datetime

import requests
from conftest import Demo

# conftest put interop/ on the path.
from challonge import Api  # isort: skip

FORMATS = {
    "single": "single elimination",
    "double": "double elimination",
    "robin": "round robin",
    "swiss": "swiss",
    "melee": "free for all",
}
TITLES = {
    "single": ("Autumn Knockout", "Chess960"),
    "double": ("Northern Double", "Street Fighter 6"),
    "robin": ("Club Championship", "Backgammon"),
    "swiss": ("Open Swiss", "Go 9×9"),
    "melee": ("Karting Night", "Mario Kart 8"),
}
FIRST = (
    "Ines Mateo Aylin Jonas Priya Tomasz Leonie Kwame Sofia Rasmus Mei Diego Hanna Yusuf Clara Anton"
    " Noor Felix Amara Luca Signe Pavel Zoe Idris Marta Emil Yuki Bruno Elif Oskar Nadia Hugo"
).split()
LAST = (
    "Albrecht Okafor Lindqvist Moreau Castellan Petrov Varga Haddad Nakamura Ferreira Brandt Kestrel"
    " Quill Sørensen Iyer Dubois Fairweather Novak Rossi Zhang Alvarado Thorne Mbeki Kowalski"
).split()


def names(number):
    """So many names, no two the same."""
    rounds = [divmod(n, len(FIRST)) for n in range(number)]
    return [f"{FIRST[at]} {LAST[(at * 7 + turn) % len(LAST)]}" for turn, at in rounds]


class World:
    """What `tiltyard demo` makes, and everything else; `big` is how many play in the largest."""

    def __init__(self, demo: Demo, big=300):
        self.demo = demo
        self.owner = {"username": "marshal", "password": demo.accounts["marshal"]}
        self.player = {"username": "ysolde", "password": demo.accounts["ysolde"]}
        self.api = self._api(self.owner)
        # Somebody who is no operator, and runs what is theirs.
        person = demo.new_person()
        self.organizer = {key: person[key] for key in ("username", "password")}
        self.slugs = ["lists_open", "heralds_cup"]
        for kind in FORMATS:
            for state in ("soon", "live", "over"):
                self._of_format(kind, state)
        self._groups()
        self._before_the_start()
        self._big(big)
        self._community()

    def _api(self, person):
        key = self.demo.new_key(person)
        return Api(self.demo.url, requests.Session(), {"Authorization": key})

    def make(self, slug, kind, players, **more):
        """A tournament that has not started."""
        more = {"name": slug, "url": slug, "tournament_type": FORMATS[kind]} | more
        self.api.call("POST", "tournaments", "tournaments", 201, **more)
        if players:
            self._add(f"tournaments/{slug}", players)
        self.slugs.append(slug)
        return slug

    def _add(self, tournament, players):
        listed = [{"name": name} for name in names(players)]
        path = f"{tournament}/participants/bulk_add"
        self.api.call("POST", path, "Participants", 200, participants=listed)

    def play(self, slug, most=10_000):
        """Plays so many matches; the better seed wins but for one in five."""
        played = 0
        while played < most:
            opened = [one for one in self.api.matches(slug) if one["state"] == "open"]
            if not opened:
                return
            for match in opened[: most - played]:
                self.report(slug, match, upset=played % 5 == 3)
                played += 1

    def report(self, slug, match, upset=False):
        sides = [side["participant_id"] for side in match["points_by_participant"]]
        order = sorted(sides, reverse=upset)
        on = match.get("advancing_count") or 1
        many = len(sides) > 2
        scores = ["3,1,3", "1,3,2"] if match["id"] % 3 else ["2,2", "0,1"]
        report = []
        for side in sides:
            place = order.index(side)
            score = f"{40 - 7 * place}" if many else scores[place]
            won = {"score_set": score, "advancing": place < on}
            report.append({"participant_id": str(side)} | won)
        path = f"tournaments/{slug}/matches/{match['id']}"
        self.api.call("PUT", path, "Match", 200, match=report)

    def underway(self, slug):
        """Marks the first match that can be played as being played, with a live score."""
        match = next(one for one in self.api.matches(slug) if one["state"] == "open")
        path = f"tournaments/{slug}/matches/{match['id']}/change_state"
        self.api.call("PUT", path, "MatchState", 200, state="mark_as_underway")

    def _of_format(self, kind, state):
        name, game = TITLES[kind]
        # A table of everybody against everybody is long enough with fewer.
        players = {"robin": 6, "melee": 12}.get(kind, 8)
        more = {"name": f"{name} {dict(soon=2027, live=2026, over=2025)[state]}", "game_name": game}
        if kind == "melee":
            more["free_for_all_options"] = {"max_participants": 4}
        slug = self.make(f"{kind}_{state}", kind, players, **more)
        if state == "soon":
            return
        self.api.change_state(slug, "start")
        self.play(slug, 4 if state == "live" else 10_000)
        if state == "live":
            self.underway(slug)
        else:
            self.api.change_state(slug, "finalize")

    def _groups(self):
        options = {"stage_type": "round robin", "group_size": 4}
        options["participant_count_to_advance_per_group"] = 2
        more = {"group_stage_enabled": True, "group_stage_options": options}
        more["description"] = "Two groups of four.\n\nThe best two of each go on to the **finals**."
        slug = self.make("league_live", "single", 8, name="City League", **more)
        self.api.change_state(slug, "start_group_stage")
        self.play(slug, 7)
        slug = self.make("league_over", "single", 8, name="City League 2025", **more)
        self.api.change_state(slug, "start_group_stage")
        self.play(slug)
        self.api.change_state(slug, "start")
        self.play(slug)
        self.api.change_state(slug, "finalize")

    def _before_the_start(self):
        self.make("empty", "swiss", 0, name="An idea for next spring")
        soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=30)
        registration = {"open_signup": True, "signup_cap": 12, "check_in_duration": 60}
        more = {"starts_at": soon.isoformat(), "registration_options": registration}
        self.make("checking_in", "single", 9, name="Friday Blitz", **more)
        predictions = {"prediction_options": {"prediction_method": 1}}
        slug = self.make("predicted", "single", 8, name="Winter Masters", **predictions)
        self.api.change_state(slug, "open_predictions")
        self.make("hidden", "double", 5, name="Staff only", private=True)

    def _big(self, players):
        slug = self.make("big", "double", players, name=f"The {players}")
        self.api.change_state(slug, "start")
        self.play(slug, 12)

    def _community(self):
        club = {"name": "The Marches Chess Club", "permalink": "marches"}
        club["description"] = "Thursdays at seven, above the bakery."
        self.api.call("POST", "communities", "Community", 201, **club)
        roles = {"ysolde": "member", self.organizer["username"]: "organizer"}
        for username, role in roles.items():
            body = {"username": username, "role": role}
            self.api.call("POST", "communities/marches/members", "CommunityMember", 201, **body)
        new = {"name": "Club Night", "url": "club_night", "tournament_type": "swiss"}
        path = "communities/marches/tournaments"
        self.api.call("POST", path, "tournaments", 201, **new)
        self._add(f"{path}/club_night", 6)
        self.slugs.append("club_night")
