//! A tournament's life through the crate `challonge`, which reads every field of v1 and stumbles over
//! one that is absent. It cannot read negative rounds, so it plays a single elimination and a round robin.

use std::env;

use challonge::{
    Challonge, MatchScore, MatchScores, MatchState, MatchUpdate, Participant, ParticipantCreate,
    TournamentCreate, TournamentId, TournamentIncludes, TournamentType,
};

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

fn play(client: &Challonge, kind: TournamentType, name: &str, matches: usize) {
    let slug = format!("{name}{}", variable("INTEROP_MARK"));
    let mut new = TournamentCreate::new();
    new.name(name).tournament_type(kind).url(slug.as_str()).description("Lances").signup_cap(16);
    let made = client.create_tournament(&new).expect("a tournament");
    let id = made.id.clone();
    assert_eq!((made.name.as_str(), made.url.as_str()), (name, slug.as_str()));
    assert_eq!(made.participants_count, 0);

    let people: Vec<Participant> = ["Ada", "Grace", "Jean", "Linus"]
        .into_iter()
        .zip(1..)
        .map(|(name, seed)| {
            let mut new = ParticipantCreate::new();
            new.name(name).seed(seed).misc(name);
            client.create_participant(&id, &new).expect("a participant")
        })
        .collect();
    for (person, seed) in people.iter().zip(1..) {
        assert_eq!((person.seed, person.active), (seed, true), "{person:?}");
    }
    let mut other = ParticipantCreate::new();
    other.name("Ada Lovelace").seed(1);
    client.update_participant(&id, &people[0].id, &other).expect("an update");
    let ada = client.get_participant(&id, &people[0].id, true).expect("the participant");
    assert_eq!(ada.name, "Ada Lovelace");
    client.randomize_participants(&id).expect("lots");
    assert_eq!(client.participant_index(&id).expect("the participants").0.len(), 4);

    client.tournament_start(&id, &TournamentIncludes::All).expect("a start");
    let by_url = TournamentId::Url(String::new(), slug);
    let shown = client.get_tournament(&by_url, &TournamentIncludes::All).expect("it by its url");
    assert_eq!((shown.id, shown.participants_count), (id.clone(), 4));
    assert!(shown.started_at.is_some());
    let listed = client.match_index(&id, None, None).expect("the matches").0;
    assert_eq!(listed.len(), matches);

    while let Some(one) =
        client.match_index(&id, Some(MatchState::Open), None).expect("open matches").0.first()
    {
        let mut report = MatchUpdate::new();
        report.scores_csv(MatchScores(vec![MatchScore(3, 1), MatchScore(2, 3), MatchScore(3, 0)]));
        report.winner_id(one.player1.id.clone());
        let done = client.update_match(&id, &one.id, &report).expect("a report");
        assert_eq!(done.winner_id, Some(one.player1.id.clone()));
        assert_eq!((done.state, done.scores_csv.0.len()), (MatchState::Complete, 3));
    }
    client.tournament_finalize(&id, &TournamentIncludes::All).expect("an end");
    let ranks = client.participant_index(&id).expect("the participants").0;
    assert!(ranks.iter().all(|one| one.final_rank.is_some_and(|rank| rank > 0)), "{ranks:?}");
    client.tournament_reset(&id, &TournamentIncludes::All).expect("a beginning");
    client.delete_tournament(&id).expect("a deletion");
    assert!(client.get_tournament(&id, &TournamentIncludes::All).is_err());
}

fn main() {
    let client = Challonge::new(variable("INTEROP_USER"), variable("INTEROP_KEY"));
    play(&client, TournamentType::SingleElimination, "crate_single", 3);
    play(&client, TournamentType::RoundRobin, "crate_round", 6);
    println!("played");
}
