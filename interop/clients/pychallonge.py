"""A tournament's life through PyPI's `pychallonge`, which speaks forms to v1: everything it can do."""

import datetime
import os

import challonge
import httpx

SLUG = "py" + os.environ["INTEROP_MARK"]
client = challonge.Client(os.environ["INTEROP_USER"], os.environ["INTEROP_KEY"], timezone="UTC")
tournaments, participants = client.tournaments, client.participants
matches, attachments = client.matches, client.attachments


def refused(work, status):
    """The request is refused with this status; pychallonge makes a list of texts of a 422."""
    try:
        work()
    except challonge.ChallongeException as error:
        assert status == 422 and error.args, error
    except httpx.HTTPStatusError as error:
        assert error.response.status_code == status, error
    else:
        raise AssertionError(f"{status} was expected")


soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=20)
made = tournaments.create(
    "Py Cup", SLUG, "double elimination", description="<b>Lances</b>", start_at=soon, check_in_duration=60,
    hold_third_place_match=False, private=False, accept_attachments=True,
)
assert (made.name, made.url, made.tournament_type) == ("Py Cup", SLUG, "double elimination"), made
# The client reads no `start_at`; that it came is seen by the check-in, which is open at once.
assert (made.check_in_duration, made.state) == (60, "checking_in"), made
refused(lambda: tournaments.create("Again", SLUG), 422)
refused(lambda: tournaments.show("no_such_" + SLUG), 404)

added = participants.bulk_add(SLUG, ["Ada", "Grace", "Jean", "Linus"])
assert [one.name for one in added] == ["Ada", "Grace", "Jean", "Linus"], added
assert [one.seed for one in added] == [1, 2, 3, 4], added
late = participants.create(SLUG, "Late", seed=1, misc="7")
assert (late.seed, late.misc, late.tournament_id) == (1, "7", made.id), late
refused(lambda: participants.create(SLUG, "Late"), 422)
late = participants.update(SLUG, late.id, name="Later", seed=5)
assert (late.name, late.seed) == ("Later", 5), late
assert participants.show(SLUG, late.id).name == "Later"
assert len(participants.randomize(SLUG)) == 5
participants.destroy(SLUG, late.id)
assert len(participants.index(SLUG)) == 4

for one in added[:3]:
    assert participants.check_in(SLUG, one.id).checked_in
assert participants.undo_check_in(SLUG, added[2].id).checked_in is False
assert participants.check_in(SLUG, added[2].id).checked_in_at is not None
assert participants.check_in(SLUG, added[3].id).checked_in
assert tournaments.process_check_ins(SLUG).state == "checked_in"
assert tournaments.abort_check_in(SLUG).state == "pending"

started = tournaments.start(SLUG)
assert (started.state, started.participants_count) == ("underway", 4), started
refused(lambda: tournaments.start(SLUG), 422)
listed = matches.index(SLUG)
assert len(listed) == 7 and {one.round for one in listed} >= {1, 2, -1, -2}, listed
first = next(one for one in listed if one.state == "open")
assert matches.mark_as_underway(SLUG, first.id).underway_at is not None
assert matches.unmark_as_underway(SLUG, first.id).underway_at is None

note = attachments.create(SLUG, first.id, url="https://example.org/replay", description="Replay")
assert (note.match_id, note.url, note.description) == (first.id, "https://example.org/replay", "Replay"), note
assert attachments.update(SLUG, first.id, note.id, description="Two").description == "Two"
assert attachments.show(SLUG, first.id, note.id).url == note.url
assert [one.id for one in attachments.index(SLUG, first.id)] == [note.id]
assert matches.show(SLUG, first.id).has_attachment
attachments.destroy(SLUG, first.id, note.id)
assert attachments.index(SLUG, first.id) == []

played = matches.update(SLUG, first.id, scores_csv="3-1,2-3,3-0", winner_id=first.player1_id)
assert (played.state, played.winner_id, played.loser_id) == ("complete", first.player1_id, first.player2_id)
assert played.scores_csv == "3-1,2-3,3-0", played
assert matches.reopen(SLUG, first.id).state == "open"
while ready := [one for one in matches.index(SLUG, state="open")]:
    one = min(ready, key=lambda one: one.suggested_play_order)
    matches.update(SLUG, one.id, scores_csv="2-0", winner_id=one.player1_id)
assert tournaments.show(SLUG).state == "awaiting_review"
assert tournaments.finalize(SLUG).state == "complete"
ranks = sorted(one.final_rank for one in participants.index(SLUG))
assert ranks == [1, 2, 3, 4], ranks
assert [one.url for one in tournaments.index(state="ended") if one.url == SLUG] == [SLUG]
assert tournaments.reset(SLUG).state == "pending"
assert tournaments.update(SLUG, name="Py Cup 2").name == "Py Cup 2"
tournaments.destroy(SLUG)
refused(lambda: tournaments.show(SLUG), 404)
wrong = challonge.Client("nobody", "nonsense")
refused(lambda: wrong.tournaments.index(), 401)
print("played")
