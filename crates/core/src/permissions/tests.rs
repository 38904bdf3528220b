use std::fmt::Write as _;

use rstest::rstest;
use tiltyard_oauth::scope_registry::{Platform, SCOPES, ScopeKind};

use super::*;

/// A person through application 7 with these scopes.
fn through(scopes: &str) -> Actor {
    let powers = Powers::of_scopes(scopes.split(' '));
    Actor::Through { person: 1, application: 7, powers }
}

/// Application 7 of person 9 for itself.
fn machine(scopes: &str) -> Actor {
    let powers = Powers::of_scopes(scopes.split(' '));
    Actor::Application { application: 7, owner: 9, powers }
}

/// A public tournament of person 1, made on our pages.
const PLAIN: TournamentFacts = TournamentFacts {
    owner_id: 1,
    application_id: None,
    community_id: None,
    role: None,
    plays: false,
    connected: true,
    private: false,
};
const HIDDEN: TournamentFacts = TournamentFacts { private: true, ..PLAIN };
const THROUGH: TournamentFacts = TournamentFacts { application_id: Some(7), ..HIDDEN };
const OTHERS: TournamentFacts = TournamentFacts { owner_id: 2, ..PLAIN };
const OF_COMMUNITY: TournamentFacts =
    TournamentFacts { community_id: Some(5), owner_id: 2, private: true, ..PLAIN };

fn verdict(actor: &Actor, facts: TournamentFacts, access: Access, p: Permission) -> &'static str {
    match on_tournament(actor, facts, access, p) {
        Ok(()) => "yes",
        Err(Error::Forbidden(_) | Error::LacksScope(_)) => "403",
        Err(Error::NotFound(_)) => "404",
        Err(Error::Unauthenticated(_)) => "401",
        Err(_) => "?",
    }
}

/// Cases B16, H10, H11: no scope reads and writes unless the table says so.
#[test]
fn reading_and_writing_are_apart() {
    use Permission::{
        DeleteTournaments, ReadAttachments, ReadCommunities, ReadMatches, ReadMe, ReadParticipants,
        ReadRegistrations, ReadTournaments, WriteAttachments, WriteCommunities, WriteMatches,
        WriteMe, WriteParticipants, WriteRegistrations, WriteTournaments,
    };
    let pairs = [
        (ReadTournaments, WriteTournaments),
        (ReadTournaments, DeleteTournaments),
        (ReadMatches, WriteMatches),
        (ReadParticipants, WriteParticipants),
        (ReadAttachments, WriteAttachments),
        (ReadRegistrations, WriteRegistrations),
        (ReadCommunities, WriteCommunities),
        (ReadMe, WriteMe),
    ];
    let both = SCOPES.iter().filter(|info| {
        let powers = Powers::of_scope(info.name);
        pairs.iter().any(|(read, write)| powers.has(*read) && powers.has(*write))
    });
    let names: Vec<_> = both.map(|info| info.name).collect();
    assert_eq!(
        names,
        [
            "communities:manage",
            "application:organizer",
            "application:manage",
            "organizer:result",
            "organizer:participant",
            "organizer:registration",
        ]
    );
    let writes = Permission::ALL.into_iter().filter(|it| format!("{it:?}").starts_with("Write"));
    let writes: Vec<_> = writes.chain([DeleteTournaments]).collect();
    for info in SCOPES.iter().filter(|info| info.kind == ScopeKind::Reads) {
        let powers = Powers::of_scope(info.name);
        assert!(!writes.iter().any(|write| powers.has(*write)), "{}", info.name);
    }
    assert_eq!(Powers::of_scopes([]), Powers::default());
}

#[test]
fn every_permission_can_be_asked_for() {
    for permission in Permission::ALL {
        assert!(SCOPES.iter().any(|info| info.name == permission.scope()), "{permission:?}");
    }
    assert_eq!(Permission::WriteMatches.scope_of(Platform::Toornament), Some("organizer:result"));
    assert_eq!(Permission::WriteMatches.scope_of(Platform::Trackmania), None);
}

#[rstest]
#[case("tournaments:read", PLAIN, "yes 403")]
#[case("tournaments:read", HIDDEN, "yes 403")]
#[case("tournaments:write", HIDDEN, "403 yes")]
#[case("tournaments:read tournaments:write", OTHERS, "yes 403")]
#[case("tournaments:read tournaments:write", TournamentFacts { private: true, ..OTHERS }, "404 404")]
#[case("tournaments:write", OTHERS, "403 404")]
#[case("matches:read", PLAIN, "403 403")]
#[case("application:organizer", THROUGH, "yes yes")]
#[case("application:organizer", HIDDEN, "404 404")]
#[case("application:organizer", PLAIN, "404 404")]
#[case("application:player", THROUGH, "yes 403")]
#[case("application:player", TournamentFacts { owner_id: 2, ..THROUGH }, "404 403")]
#[case("application:player", TournamentFacts { owner_id: 2, plays: true, ..THROUGH }, "yes 403")]
#[case("tournaments:read tournaments:write", TournamentFacts { role: Some(Role::Owner), ..OF_COMMUNITY }, "404 404")]
#[case("tournaments:read tournaments:write communities:manage", TournamentFacts { role: Some(Role::Organizer), ..OF_COMMUNITY }, "yes yes")]
#[case("tournaments:read tournaments:write communities:manage", TournamentFacts { role: Some(Role::Member), ..OF_COMMUNITY }, "yes 403")]
#[case("tournaments:read tournaments:write communities:manage", OF_COMMUNITY, "404 404")]
#[case("communities:manage", TournamentFacts { role: Some(Role::Owner), ..OF_COMMUNITY }, "403 403")]
fn people_through_applications(
    #[case] scopes: &str,
    #[case] facts: TournamentFacts,
    #[case] expected: &str,
) {
    let actor = through(scopes);
    let read = verdict(&actor, facts, Access::Read, Permission::ReadTournaments);
    let write = verdict(&actor, facts, Access::Write, Permission::WriteTournaments);
    assert_eq!(format!("{read} {write}"), expected);
}

/// Cases H04, H07.
#[rstest]
#[case("application:manage", THROUGH, "yes yes")]
#[case("application:manage", TournamentFacts { connected: false, ..THROUGH }, "yes 403")]
#[case("application:manage", TournamentFacts { owner_id: 9, ..HIDDEN }, "404 404")]
#[case("application:organizer", THROUGH, "404 404")]
#[case("application:organizer", TournamentFacts { owner_id: 9, ..THROUGH }, "yes yes")]
#[case("tournaments:read tournaments:write", TournamentFacts { owner_id: 9, ..HIDDEN }, "yes yes")]
#[case("tournaments:read tournaments:write", THROUGH, "404 404")]
fn applications_for_themselves(
    #[case] scopes: &str,
    #[case] facts: TournamentFacts,
    #[case] expected: &str,
) {
    let actor = machine(scopes);
    let read = verdict(&actor, facts, Access::Read, Permission::ReadTournaments);
    let write = verdict(&actor, facts, Access::Write, Permission::WriteTournaments);
    assert_eq!(format!("{read} {write}"), expected);
}

#[test]
fn a_key_that_names_an_application_opens_public_data() {
    let actor = Actor::Named { application: 7 };
    assert_eq!(verdict(&actor, OTHERS, Access::Read, Permission::ReadMatches), "yes");
    assert_eq!(verdict(&actor, THROUGH, Access::Read, Permission::ReadMatches), "404");
    assert_eq!(verdict(&actor, OTHERS, Access::Write, Permission::WriteMatches), "401");
    assert_eq!(verdict(&actor, OTHERS, Access::Read, Permission::ReadAttachments), "401");
}

#[test]
fn players_report_their_own_matches_through_the_application() {
    let player = through("application:player");
    let of_others = TournamentFacts { owner_id: 2, ..THROUGH };
    assert!(to_report(&player, of_others, true).is_ok());
    let takes_part = TournamentFacts { plays: true, ..of_others };
    assert!(matches!(to_report(&player, takes_part, false), Err(Error::Forbidden(_))));
    // What one may not see does not exist, for reports as for anything else.
    assert!(matches!(to_report(&player, of_others, false), Err(Error::NotFound(_))));
    let hidden = TournamentFacts { private: true, ..OTHERS };
    assert!(matches!(to_report(&player, hidden, false), Err(Error::NotFound(_))));
    assert!(matches!(to_report(&through("matches:write"), hidden, false), Err(Error::NotFound(_))));
    assert!(matches!(to_report(&player, THROUGH, false), Err(Error::Forbidden(_))));
    assert!(to_report(&player, OTHERS, true).is_err());
    // Nobody else becomes a referee by playing.
    let person = Actor::Person { person: 1, operator: false };
    assert!(to_report(&person, OTHERS, true).is_err());
    assert!(to_report(&person, PLAIN, false).is_ok());
    assert!(to_report(&through("matches:write"), PLAIN, false).is_ok());
    assert!(to_report(&through("matches:read"), PLAIN, true).is_err());
}

#[test]
fn players_attach_to_their_own_matches() {
    let person = Actor::Person { person: 1, operator: false };
    assert!(to_attach(&person, PLAIN, false).is_ok());
    assert!(to_attach(&person, OTHERS, true).is_ok());
    assert!(matches!(to_attach(&person, OTHERS, false), Err(Error::Forbidden(_))));
    let hidden = TournamentFacts { private: true, ..OTHERS };
    assert!(matches!(to_attach(&person, hidden, false), Err(Error::NotFound(_))));
    assert!(to_attach(&person, TournamentFacts { plays: true, ..hidden }, true).is_ok());
    assert!(to_attach(&through("attachments:write"), OTHERS, true).is_ok());
    assert!(to_attach(&through("application:organizer"), THROUGH, false).is_ok());
    assert!(to_attach(&through("application:organizer"), OTHERS, true).is_err());
    let player = through("application:player");
    assert!(matches!(to_attach(&player, THROUGH, true), Err(Error::LacksScope(_))));
    // Playing does not lead past an organizer who disconnected the application.
    let gone = TournamentFacts { connected: false, ..THROUGH };
    let machine = machine("application:manage");
    assert!(matches!(to_attach(&machine, gone, true), Err(Error::Forbidden(_))));
    assert!(to_attach(&Actor::Anonymous, OTHERS, true).is_err());
}

#[test]
fn people_register_where_it_is_open_or_through_the_application() {
    let player = through("application:player");
    assert_eq!(to_register(&player, THROUGH, false).ok(), Some(1));
    assert!(to_register(&player, OTHERS, true).is_err());
    let toornament = through("participant:manage_registrations");
    assert_eq!(to_register(&toornament, OTHERS, true).ok(), Some(1));
    assert!(to_register(&toornament, OTHERS, false).is_err());
    assert!(to_register(&machine("application:manage"), THROUGH, true).is_err());
    assert!(matches!(
        to_register(&through("participants:write"), OTHERS, true),
        Err(Error::LacksScope(_))
    ));
}

/// The document for people who choose scopes.
fn document() -> String {
    let mut text = String::from(
        "# Scopes and what they open\n\nWritten by a test from the one table that decides \
         (`crates/core/src/permissions/table.rs`); `UPDATE=1 cargo test -p tiltyard-core generated` \
         writes it anew.\n\nReading never implies writing, nor the other way round, unless a line \
         says so. \"Through the application\" is what was made by the application that asks. A \
         scope works where the person (or, with client credentials, the application's owner) has \
         a say: on their own tournaments, on public ones for reading, and in communities that they \
         organize if a line says so or `communities:manage` is there as well.\n",
    );
    for (platform, title) in [
        (Platform::OpenId, "OpenID Connect"),
        (Platform::Challonge, "Challonge, and our own"),
        (Platform::Toornament, "Toornament"),
        (Platform::Trackmania, "Trackmania"),
        (Platform::Mtgbracket, "mtgbracket"),
    ] {
        let _ = write!(text, "\n## {title}\n\n| scope | for | opens |\n|---|---|---|\n");
        for info in scope_registry::of_platform(platform) {
            let holders = match (info.person, info.application) {
                (true, true) => "people, the application itself",
                (true, false) => "people",
                _ => "the application itself",
            };
            let _ = writeln!(text, "| `{}` | {holders} | {} |", info.name, opens(info.name));
        }
    }
    text.push_str(
        "\n## Beside the table\n\n- Tokens of client credentials of an application with the switch \
         `ignore-client-credentials-scopes` (preset `trackmania`) have no scopes, whatever was \
         asked: they open what every token opens, such as display names.\n- A person's token of an \
         application whose answers have Trackmania's shape shows their name without any scope.\n- \
         With the switch `fixed-privileges` (preset `mtgbracket`) an application has the scopes of \
         its registration; changing them ends all its tokens.\n- A personal key opens what its \
         owner chose for it.\n- The key that names an application (`X-Api-Key`) opens public \
         tournaments by itself, and nothing else.\n",
    );
    text
}

fn opens(scope: &str) -> String {
    let powers = Powers::of_scope(scope);
    let words = |set: PermissionSet| {
        let words = Permission::ALL.into_iter().filter(|it| set.has(*it)).map(words);
        words.collect::<Vec<_>>().join(", ")
    };
    let mut parts = Vec::new();
    if powers.everywhere != PermissionSet::NONE {
        parts.push(words(powers.everywhere));
    }
    if powers.own_application != PermissionSet::NONE {
        let who = if powers.whole_application { ", whoever made it" } else { "" };
        parts.push(format!("through the application{who}: {}", words(powers.own_application)));
    }
    if powers.communities {
        parts.push("the same, and the other scopes, in communities".to_owned());
    }
    let has_now = Permission::ALL.into_iter().any(|it| powers.has(it) && !LATER.contains(&it));
    if !parts.is_empty() && !has_now {
        return format!("nothing yet; later {}", parts.join("; ").replace(" (later)", ""));
    }
    match (parts.is_empty(), scope) {
        (false, _) => parts.join("; "),
        (true, "openid" | "email") => "nothing in the APIs: it is about signing in".to_owned(),
        (true, _) => "nothing yet: what it is about comes later".to_owned(),
    }
}

/// What no route asks for yet.
const LATER: [Permission; 4] = [
    Permission::WriteMe,
    Permission::ReadRegistrations,
    Permission::WriteRegistrations,
    Permission::ReadStations,
];

/// `ReadTournaments` as `read tournaments`.
fn words(permission: Permission) -> String {
    let mut text = String::new();
    for letter in format!("{permission:?}").chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    if LATER.contains(&permission) {
        text.push_str(" (later)");
    }
    text
}

#[test]
fn generated_scopes_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/scopes.md");
    let document = document();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), document, "run it with UPDATE=1");
}
