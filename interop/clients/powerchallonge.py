"""A tournament's life through PyPI's `powerchallonge`, which puts everything into the address and reads
JSON or XML."""

import datetime
import os
import sys

from challonge import matches, participants, tools, tournaments

FORMAT = "." + sys.argv[1]
SLUG = "power" + os.environ["INTEROP_MARK"] + sys.argv[1]
tools.set_user_settings_advanced(os.environ["INTEROP_KEY"], False, FORMAT, False, 0, True)


def field(answer, name):
    """XML writes names with hyphens, and everything is text there."""
    return str(answer[name.replace("_", "-") if FORMAT == ".xml" else name])


made = tournaments.create(params={"name": "Power Cup", "url": SLUG, "tournament_type": "single elimination"})
assert field(made, "url") == SLUG and field(made, "state") == "pending", made
ids = [
    field(participants.create(SLUG, params={"name": name}), "id") for name in ("Ada", "Grace", "Jean & <Co>", "Linus")
]
assert [field(one, "name") for one in participants.index(SLUG)][2] == "Jean & <Co>"
changed = participants.update(SLUG, ids[0], params={"misc": "42"})
assert field(changed, "misc") == "42", changed
assert len(participants.randomize(SLUG)) == 4
soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=20)
changed = tournaments.update(SLUG, params={"start_at": soon.isoformat(), "check_in_duration": 60})
assert field(changed, "state") == "checking_in", changed
for one in ids:
    assert field(participants.check_in(SLUG, one), "checked_in").lower() == "true"
assert field(participants.undo_check_in(SLUG, ids[3]), "checked_in").lower() == "false"
assert field(tournaments.process_check_ins(SLUG), "state") == "checked_in"
assert field(participants.show(SLUG, ids[3]), "active").lower() == "false"
assert field(tournaments.abort_check_in(SLUG), "state") == "pending"
assert field(tournaments.start(SLUG), "state") == "underway"
listed = matches.index(SLUG)
assert len(listed) == 3, listed
first = field(next(one for one in listed if field(one, "state") == "open"), "id")
played = matches.show(SLUG, first)
report = {"scores_csv": "3-1", "winner_id": field(played, "player1_id")}
assert field(matches.update(SLUG, first, params=report), "state") == "complete"
assert field(matches.reopen(SLUG, first), "state") == "open"
while ready := [one for one in matches.index(SLUG) if field(one, "state") == "open"]:
    one = ready[0]
    winner = field(one, "player2_id")
    done = matches.update(SLUG, field(one, "id"), params={"scores_csv": "1-3", "winner_id": winner})
    assert field(done, "winner_id") == winner, done
    assert field(matches.show(SLUG, field(one, "id")), "scores_csv") == "1-3"
assert field(tournaments.finalize(SLUG), "state") == "complete"
assert sorted(field(one, "final_rank") for one in participants.index(SLUG)) == ["1", "2", "3", "3"]
assert field(tournaments.reset(SLUG), "state") == "pending"
assert any(field(one, "url") == SLUG for one in tournaments.index())
tournaments.destroy(SLUG)
try:
    tournaments.show(SLUG)
except tools.ChallongeApiError as error:
    assert "404" in str(error)
else:
    raise AssertionError("it is still there")
print("played")
