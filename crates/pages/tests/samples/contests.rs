use std::collections::BTreeSet;

use super::{NOW, ago, at, member, visitor};
use tiltyard_bracket::{
    self as engine, Format, GrandFinal, MatchKey, MatchState, Operation, Outcome, SeedingOrder,
    Settings,
};
use tiltyard_pages::bracket::{self, BracketView, EntrantText, Links};
use tiltyard_pages::home::{Filter, HomePage, Paging, TournamentCard, TournamentsPage};
use tiltyard_pages::tournament::around::More;
use tiltyard_pages::tournament::{
    Live, Look, Participant, Rank, Stage, State, Tab, TournamentPage, TournamentView,
};
use tiltyard_pages::{Link, Moment, Page, RenderError};

const NAMES: [&str; 14] = [
    "Galahad",
    "Isolde of the Western Marches",
    "Bohort",
    "Lady Bradamante",
    "Percival",
    "李小龙与他的朋友们的战队",
    "Tristan & Sons",
    "Nimue",
    "WWWWWWWWWWWWWWWWWWWWWW",
    "Owain",
    "<script>alert(1)</script>",
    "Lunete",
    "Gareth Beaumains 🛡️",
    "Ké",
];

pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    let live = double(14, 15);
    Ok(vec![
        ("home.html", home(false).render()?),
        (
            "home-member.html",
            HomePage { chrome: member("/"), yours: cards(), ..home(false) }.render()?,
        ),
        ("home-quiet.html", home(true).render()?),
        ("tournaments.html", list(false).render()?),
        ("tournaments-none.html", list(true).render()?),
        ("tournament-live.html", page(underway()).render()?),
        ("fragment.html", underway().render_fragment()?),
        ("tournament-complete.html", page(complete()).render()?),
        ("tournament-pending.html", page(pending()).render()?),
        ("tournament-empty.html", page(empty()).render()?),
        ("tournament-round-robin.html", page(round_robin()).render()?),
        ("tournament-swiss.html", page(swiss()).render()?),
        ("tournament-many-sides.html", page(many_sides()).render()?),
        ("tournament-groups.html", page(groups()).render()?),
        ("tournament-big.html", page(big(Look::default())).render()?),
        ("tournament-player.html", page(looking_for(7)).render()?),
        ("tournament-nobody.html", page(looking_for(0)).render()?),
        ("bracket-live.svg", bracket::svg_document(&live)),
        ("bracket-100.svg", bracket::svg_document(&double(100, 0))),
        ("bracket-round-robin.svg", bracket::svg_document(&view(&table(round_robin_of(), 7, 5)))),
    ])
}

fn card(name: &str, state: State, game: Option<&str>, progress: u8) -> TournamentCard {
    TournamentCard {
        slug: name.to_lowercase().replace(' ', "_"),
        name: name.to_owned(),
        game: game.map(str::to_owned),
        kind: "Double elimination".to_owned(),
        state,
        organizer: "isolde".to_owned(),
        participants: 14,
        progress,
        when: Some(ago(95)),
        now: None,
    }
}

pub(super) fn cards() -> Vec<TournamentCard> {
    vec![
        card("Thursday Lance", State::Complete, Some("Street Fighter 6"), 100),
        card(
            "The Grand Invitational of the Twelve Counties, Winter Edition",
            State::Pending,
            None,
            0,
        ),
        card("Office Cup", State::AwaitingReview, Some("Table tennis"), 100),
        card("Nations League", State::CheckingIn, Some("Trackmania"), 0),
    ]
}

fn home(quiet: bool) -> HomePage {
    let now = Some("Now: Galahad against <b>Isolde: 1–0 so far, Winners round 2".to_owned());
    let live = vec![
        TournamentCard {
            now,
            ..card("Autumn Joust", State::Underway, Some("Guilty Gear Strive"), 57)
        },
        card("Weekly 114", State::Underway, Some("Super Smash Bros. Ultimate"), 8),
    ];
    HomePage {
        chrome: visitor("/"),
        signup_open: true,
        yours: Vec::new(),
        live: if quiet { Vec::new() } else { live },
        upcoming: if quiet {
            Vec::new()
        } else {
            vec![card("Spring Tilt", State::Pending, None, 0)]
        },
        recent: if quiet { Vec::new() } else { cards() },
        communities: if quiet { Vec::new() } else { super::around::communities() },
    }
}

fn list(none: bool) -> TournamentsPage {
    let filter = |label: &str, current| Filter {
        link: Link::new(label, format!("/tournaments?state={}", label.to_lowercase())),
        current,
    };
    TournamentsPage {
        chrome: visitor("/tournaments"),
        own: false,
        items: if none { Vec::new() } else { cards() },
        filters: vec![filter("All", true), filter("Live", false), filter("Complete", false)],
        paging: Paging {
            page: 2,
            pages: Some(7),
            previous: Some("/tournaments".to_owned()),
            next: if none { None } else { Some("/tournaments?page=3".to_owned()) },
        },
    }
}

fn play(entrants: u32, matches: usize) -> engine::Stage {
    let format = Format::DoubleElimination { grand_final: GrandFinal::Reset, split: false };
    play_on(start(format, entrants), matches)
}

#[expect(clippy::expect_used, reason = "a sample that cannot be played is a broken sample")]
fn start(format: Format, entrants: u32) -> engine::Stage {
    let settings = Settings { format, seeding: SeedingOrder::Standard, ranking: None };
    engine::Stage::start(settings, entrants).expect("a fair number of entrants")
}

#[expect(clippy::expect_used, reason = "a sample that cannot be played is a broken sample")]
fn play_on(mut bracket: engine::Stage, matches: usize) -> engine::Stage {
    for round in 0..matches {
        let open = bracket
            .matches()
            .filter(|m| m.state == MatchState::Open)
            .min_by_key(|m| m.play_order)
            .map(|m| m.key);
        let Some(key) = open else { break };
        let slot = u8::from(round % 3 == 2);
        let sets = if round % 4 == 1 {
            vec![vec![11, 7], vec![9, 11], vec![11, 3]]
        } else if slot == 0 {
            vec![vec![3, 1]]
        } else {
            vec![vec![0, 2]]
        };
        let outcome = Some(Outcome::win(slot));
        bracket.apply(&Operation::Report { key, sets, outcome }).expect("an open match");
    }
    bracket
}

fn round_robin_of() -> Format {
    Format::round_robin()
}

fn table(format: Format, entrants: u32, matches: usize) -> engine::Stage {
    play_on(start(format, entrants), matches)
}

fn texts() -> Vec<EntrantText> {
    NAMES
        .iter()
        .zip(1..)
        .map(|(name, seed)| EntrantText { name: (*name).to_owned(), seed: Some(seed) })
        .collect()
}

fn view(bracket: &engine::Stage) -> BracketView {
    let started = bracket.progress().complete > 0;
    let open = bracket.matches().find(|m| started && m.state == MatchState::Open);
    let underway: BTreeSet<MatchKey> = open.map(|m| m.key).into_iter().collect();
    bracket::view("Autumn Joust", bracket, &texts(), &underway)
}

fn double(entrants: u32, matches: usize) -> BracketView {
    view(&play(entrants, matches))
}

fn participants(bracket: Option<&engine::Stage>) -> Vec<Participant> {
    let ranks = bracket.map(engine::Stage::ranks).unwrap_or_default();
    let open = bracket.map(engine::Stage::guaranteed_ranks).unwrap_or_default();
    let mut people: Vec<_> = NAMES
        .iter()
        .enumerate()
        .map(|(index, name)| Participant {
            entrant: u32::try_from(index + 1).ok().filter(|_| bracket.is_some()),
            seed: u32::try_from(index + 1).unwrap_or(0),
            name: (*name).to_owned(),
            rank: match (ranks.get(index).copied().flatten(), open.get(index)) {
                (Some(place), _) => Some(Rank::Final(place)),
                (None, Some(place)) => Some(Rank::Guaranteed(*place)),
                (None, None) => None,
            },
            record: bracket.is_some().then(|| "2–1".to_owned()),
            checked_in: bracket.is_none().then_some(index % 3 != 0),
            waiting: false,
        })
        .collect();
    people.sort_by_key(|person| match person.rank {
        Some(Rank::Final(place) | Rank::Guaranteed(place)) => place,
        None => 0,
    });
    people
}

fn stage(mut view: BracketView, preview: bool) -> Stage {
    let links = || Links { before: "/grand/matches/".to_owned(), beside: false };
    view.links = (!preview).then(links);
    Stage { title: String::new(), preview, view: Box::new(view) }
}

pub(super) fn underway() -> TournamentView {
    let bracket = play(14, 15);
    TournamentView {
        slug: "autumn_joust".to_owned(),
        revision: 42,
        name: "Autumn Joust".to_owned(),
        description: Some(
            "Best of three until the last eight, then best of five.\nBring your own controller."
                .to_owned(),
        ),
        game: Some("Guilty Gear Strive".to_owned()),
        kind: "Double elimination".to_owned(),
        organizer: "isolde".to_owned(),
        state: State::Underway,
        progress: bracket.progress().percent(),
        starts: None,
        started: Some(at(95)),
        ended: None,
        participants: participants(Some(&bracket)),
        tabs: Vec::new(),
        pages: Vec::new(),
        stages: vec![stage(view(&bracket), false)],
        joinable: false,
        seeds: true,
        look: Look::default(),
        more: More { predictions: false, log: true },
    }
}

pub(super) fn complete() -> TournamentView {
    let bracket = play(14, 99);
    TournamentView {
        state: State::Complete,
        progress: 100,
        ended: Some(at(2)),
        participants: participants(Some(&bracket)),
        stages: vec![stage(view(&bracket), false)],
        ..underway()
    }
}

fn pending() -> TournamentView {
    TournamentView {
        joinable: true,
        state: State::CheckingIn,
        progress: 0,
        starts: Some(Moment::from_millis(NOW + 7_200_000)),
        started: None,
        participants: participants(None),
        stages: vec![stage(double(14, 0), true)],
        ..underway()
    }
}

fn empty() -> TournamentView {
    TournamentView {
        state: State::Pending,
        description: None,
        game: None,
        starts: None,
        participants: Vec::new(),
        stages: Vec::new(),
        ..pending()
    }
}

pub(super) fn round_robin() -> TournamentView {
    let stage_of = table(round_robin_of(), 7, 9);
    TournamentView {
        kind: "Round robin".to_owned(),
        stages: vec![stage(view(&stage_of), false)],
        ..underway()
    }
}

#[expect(clippy::expect_used, reason = "a sample that cannot be played is a broken sample")]
fn swiss() -> TournamentView {
    let mut stage_of = start(Format::swiss(4), 9);
    for matches in [4, 4, 1] {
        let round = stage_of.pair(&[]).expect("a round");
        stage_of.apply(&Operation::AddRound(round)).expect("the round");
        stage_of = play_on(stage_of, matches);
    }
    TournamentView {
        kind: "Swiss".to_owned(),
        stages: vec![stage(view(&stage_of), false)],
        ..underway()
    }
}

#[expect(clippy::expect_used, reason = "a sample that cannot be played is a broken sample")]
fn many_sides() -> TournamentView {
    let mut stage_of = start(Format::FreeForAll { sides: 4, advance: 2 }, 14);
    let first = stage_of.matches().next().expect("a match");
    let (key, sides) = (first.key, u8::try_from(first.slots.len()).unwrap_or(4));
    let set = (0..sides).map(|side| 40 - 7 * i64::from(side)).collect();
    let places = (1..=sides).collect();
    let report = Operation::Rank { key, sets: vec![set], places };
    stage_of.apply(&report).expect("an open match");
    TournamentView {
        kind: "Free for all".to_owned(),
        stages: vec![stage(view(&stage_of), false)],
        ..underway()
    }
}

fn groups() -> TournamentView {
    let tab = |label: &str, stage, current| Tab { label: label.to_owned(), stage, current };
    let group = |number: u32, title: &str, matches| {
        let mut view = view(&table(round_robin_of(), 4, matches));
        view.stage = number;
        Stage { title: title.to_owned(), ..stage(view, false) }
    };
    TournamentView {
        tabs: vec![tab("Groups", 1, true), tab("Final stage", 3, false)],
        pages: Vec::new(),
        stages: vec![group(0, "Group A", 4), group(1, "Group B", 2)],
        ..underway()
    }
}

/// A tournament of which the page folds most.
pub(crate) fn big(look: Look) -> TournamentView {
    let bracket = play(1_024, 3);
    let view = bracket::page_view("Autumn Joust", &bracket, &texts(), &BTreeSet::new());
    TournamentView { stages: vec![stage(view, false)], look, ..underway() }
}

/// The way of somebody, or of nobody.
fn looking_for(player: u32) -> TournamentView {
    TournamentView { look: Look { player: Some(player), ..Look::default() }, ..underway() }
}

fn page(tournament: TournamentView) -> TournamentPage {
    let over = tournament.state == State::Complete;
    TournamentPage {
        manage: None,
        community: over.then(|| Link::new("Nerdfest <i>", "/communities/nerd-fest")),
        chrome: visitor("/autumn_joust"),
        canonical: Some("https://tilt.example/autumn_joust".to_owned()),
        live: (!over).then(|| Live {
            events_url: "/autumn_joust/events".to_owned(),
            fragment_url: "/fragment.html".to_owned(),
        }),
        tournament,
    }
}
