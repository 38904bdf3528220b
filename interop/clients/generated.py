"""A tournament's life through a client that PyPI's `openapi-python-client` made of the document at
/openapi.json: its own functions and types, and nothing else."""

import os
import sys

sys.path.insert(0, sys.argv[1])

from generated import AuthenticatedClient
from generated.api.challonge_v_2_1 import (
    challonge_v2_add_participants as add_participants,
    challonge_v2_change_match_state as change_match_state,
    challonge_v2_change_tournament_state as change_tournament_state,
    challonge_v2_create_tournament as create_tournament,
    challonge_v2_delete_tournament as delete_tournament,
    challonge_v2_get_tournament as get_tournament,
    challonge_v2_list_matches as list_matches,
    challonge_v2_list_tournaments as list_tournaments,
    challonge_v2_report_match as report_match,
    challonge_v2_update_participant as update_participant,
)
from generated import models as m

client = AuthenticatedClient(os.environ["INTEROP_URL"], os.environ["INTEROP_TOKEN"], raise_on_unexpected_status=True)


def ok(answer):
    assert not isinstance(answer, m.ChallongeErrors) and answer is not None, answer
    return answer


def new(name):
    attributes = m.ChallongeTournamentInputAttributes(name=name, tournament_type="double elimination")
    return m.ChallongeTournamentInput(m.ChallongeTournamentInputData(attributes=attributes, type_="tournaments"))


def state(name):
    attributes = m.ChallongeTournamentState(state=name)
    return m.ChallongeTournamentStateInput(
        m.ChallongeTournamentStateInputData(attributes=attributes, type_="TournamentState")
    )


made = ok(create_tournament.sync(client=client, body=new("Generated Cup"))).data
own = made.id
people = [m.ChallongeParticipantInputAttributes(name=name) for name in ("Ada", "Grace", "Jean", "Linus")]
several = m.ChallongeParticipantsInput(
    m.ChallongeParticipantsInputData(
        attributes=m.ChallongeParticipantsInputAttributes(participants=people), type_="participants"
    )
)
added = ok(add_participants.sync(own, client=client, body=several))
assert [one.attributes.name for one in added.data] == ["Ada", "Grace", "Jean", "Linus"]
misc = m.ChallongeParticipantInput(
    m.ChallongeParticipantInputData(
        attributes=m.ChallongeParticipantInputAttributes(misc="42"), type_="participants"
    )
)
assert ok(update_participant.sync(own, added.data[0].id, client=client, body=misc)).data.attributes.misc == "42"
assert ok(change_tournament_state.sync(own, client=client, body=state("start"))).data.attributes.state == "underway"


def ready():
    listed = ok(list_matches.sync(own, client=client, state="open")).data
    return sorted(listed, key=lambda one: one.attributes.suggested_play_order)


def report(one):
    players = [one.relationships.player1.data.id, one.relationships.player2.data.id]
    sides = [
        m.ChallongeSideInput(participant_id=int(player), score_set=scores, advancing=scores == "3,3")
        for player, scores in zip(players, ("3,3", "1,2"))
    ]
    body = m.ChallongeMatchInput(
        m.ChallongeMatchInputData(attributes=m.ChallongeMatchInputAttributes(match=sides, tie=False), type_="match")
    )
    done = ok(report_match.sync(own, one.id, client=client, body=body)).data.attributes
    assert (done.state, done.scores, done.winner_id) == ("complete", "2 - 0", int(players[0])), done


first = ready()[0]
report(first)
reopen = m.ChallongeMatchStateInput(
    m.ChallongeMatchStateInputData(attributes=m.ChallongeMatchState(state="reopen"), type_="MatchState")
)
assert ok(change_match_state.sync(own, first.id, client=client, body=reopen)).data.attributes.state == "open"
while matches := ready():
    report(matches[0])
assert ok(change_tournament_state.sync(own, client=client, body=state("finalize"))).data.attributes.state == "complete"
whole = ok(get_tournament.sync(own, client=client))
kinds = {type(one) for one in whole.included}
assert kinds == {m.ChallongeMatch, m.ChallongeParticipant}, kinds
mine = ok(list_tournaments.sync(client=client, state="ended"))
assert own in [one.id for one in mine.data] and mine.meta.count >= 1
again = create_tournament.sync(client=client, body=new(""))
assert isinstance(again, m.ChallongeErrors) and again.errors[0].detail, again
delete_tournament.sync(own, client=client)
gone = get_tournament.sync(own, client=client)
assert isinstance(gone, m.ChallongeErrors), gone
print("played")
