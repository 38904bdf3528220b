"""A tournament's life through PyPI's `achallonge`, which puts everything into the address and asks for
tournaments by their ids. Only its base address is set, as it has a variable for that."""

import asyncio
import datetime
import os

import challonge
from challonge import helpers

helpers.Connection.challonge_api_url = os.environ["INTEROP_URL"] + "/v1/{}.json"
SLUG = "async" + os.environ["INTEROP_MARK"]


async def main():
    user = await challonge.get_user(os.environ["INTEROP_USER"], os.environ["INTEROP_KEY"])
    made = await user.create_tournament("Async Cup", SLUG, challonge.TournamentType.double_elimination)
    assert (made.name, made.url, made.state) == ("Async Cup", SLUG, "pending"), made
    await made.update_description("Lances & more")
    assert made.description == "<p>Lances &amp; more</p>", made.description
    await made.update_double_elim_ending(challonge.DoubleEliminationEnding.single_match)
    await made.set_max_participants(8)
    assert int(made.signup_cap) == 8, made.signup_cap
    names = ["Ada", "Grace", "Jean", "Linus"]
    await made.add_participants(*names)
    assert [one.name for one in await made.get_participants(force_update=True)] == names
    extra = await made.add_participant("Extra", misc="x")
    assert extra.misc == "x"
    await extra.change_display_name("Other")
    assert extra.name == "Other"
    await made.remove_participant(extra)
    await made.shuffle_participants()
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=20)
    await made.set_start_date(soon.strftime("%Y/%m/%d"), soon.strftime("%H:%M"), 60)
    assert made.state == "checking_in", made.state
    people = await made.get_participants(force_update=True)
    for one in people:
        await one.check_in()
        assert one.checked_in, one
    await people[0].undo_check_in()
    assert not people[0].checked_in
    await people[0].check_in()
    await made.abort_check_in()
    assert made.state == "pending", made.state
    await made.start()
    assert made.state == "underway", made.state
    ready = [one for one in await made.get_matches(force_update=True) if one.state == "open"]
    await ready[0].mark_as_underway()
    assert ready[0].underway_at is not None
    await ready[0].unmark_as_underway()
    assert ready[0].underway_at is None
    await ready[0].report_live_scores("1-0")
    assert ready[0].state == "open" and ready[0].scores_csv == "1-0"
    await ready[0].report_winner(await made.get_participant(ready[0].player2_id), "1-3")
    await ready[0].reopen()
    assert ready[0].state == "open", ready[0].state
    for _ in range(20):
        ready = [one for one in await made.get_matches(force_update=True) if one.state == "open"]
        if not ready:
            break
        one = min(ready, key=lambda one: one.suggested_play_order)
        winner = await made.get_participant(one.player1_id)
        await one.report_winner(winner, "3-1,2-3,3-0")
        assert one.winner_id == winner.id and one.scores_csv == "3-1,2-3,3-0"
    await made.finalize()
    ranking = await made.get_final_ranking()
    assert sorted(ranking) == [1, 2, 3, 4], ranking
    await made.reset()
    assert made.state == "pending"
    mine = await user.get_tournaments(force_update=True)
    assert made.id in [one.id for one in mine]
    await user.destroy_tournament(made)
    try:
        await user.get_tournament(url=SLUG, force_update=True)
    except challonge.APIException:
        pass
    else:
        raise AssertionError("it is still there")
    try:
        wrong = await challonge.get_user("nobody", "nonsense")
        await wrong.validate()
    except challonge.APIException:
        pass
    else:
        raise AssertionError("a wrong key was taken")


asyncio.run(main())
print("played")
