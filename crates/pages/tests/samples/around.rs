//! The pages around a bracket.

use super::{at, contests, member, visitor};
use tiltyard_pages::{
    Chrome, Link, Moment, Page, RenderError,
    bracket::MatchState,
    home::Paging,
    tournament::{
        Live, Rank, State, TournamentView,
        around::{Head, More, Section},
        ballot::{self, Ballot},
        happenings::{By, Happened, HappeningsPage, Part},
        matches::{Attached, Choice, MatchLine, MatchPage, MatchSide, MatchesPage},
        people::{Columns, PeoplePage, Person, StandingsPage},
        predictions::{Place, PredictionsPage},
    },
};
use tiltyard_pages::{
    Field,
    communities::{CommunitiesPage, CommunityCard, CommunityForm, CommunityPage, MemberLine},
    home::Filter,
    search::SearchPage,
};

pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    Ok(vec![
        ("around-matches.html", matches(true).render()?),
        ("around-matches-none.html", matches(false).render()?),
        ("around-match.html", one().render()?),
        ("around-participants.html", people(true).render()?),
        ("around-participants-none.html", people(false).render()?),
        ("around-standings.html", standings(contests::underway(), true).render()?),
        ("around-standings-table.html", standings(contests::round_robin(), false).render()?),
        ("around-log.html", log().render()?),
        ("around-predictions.html", predictions(false).render()?),
        ("around-predictions-open.html", predictions(true).render()?),
        ("search.html", search("joust", true).render()?),
        ("search-none.html", search("nothing <b>", false).render()?),
        ("search-empty.html", search("", false).render()?),
        ("communities.html", community_list(true).render()?),
        ("communities-none.html", community_list(false).render()?),
        ("community.html", community(true).render()?),
        ("community-stranger.html", community(false).render()?),
        ("community-new.html", community_form(false).render()?),
        ("community-edit.html", community_form(true).render()?),
    ])
}

fn chrome(section: Section) -> Chrome {
    visitor(&format!("/autumn_joust{}", section.path()))
}

fn head(section: Section) -> Head {
    let here = format!("/autumn_joust{}", section.path());
    Head {
        slug: "autumn_joust".to_owned(),
        name: "Autumn Joust".to_owned(),
        game: Some("Guilty Gear Strive".to_owned()),
        state: State::Underway,
        revision: 42,
        section,
        more: More { predictions: true, log: true },
        manage: None,
        canonical: Some(format!("https://tilt.example{here}")),
        live: Some(Live { events_url: "/autumn_joust/events".to_owned(), fragment_url: here }),
    }
}

fn paging() -> Paging {
    Paging {
        page: 1,
        pages: Some(2),
        previous: None,
        next: Some("/autumn_joust/matches?page=2".to_owned()),
    }
}

fn choice(value: &str, label: &str, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), chosen }
}

fn side(name: &str, seed: u32, scores: &[i64], won: bool) -> MatchSide {
    MatchSide {
        name: Some(name.to_owned()),
        href: format!("/autumn_joust/matches?participant=1000000{seed}"),
        seed: Some(seed),
        scores: scores.to_vec(),
        won,
        ..MatchSide::default()
    }
}

fn line(identifier: &str, state: MatchState, sides: Vec<MatchSide>) -> MatchLine {
    MatchLine {
        id: 10_000_001,
        href: format!("/autumn_joust/matches/{identifier}"),
        identifier: identifier.to_owned(),
        round: "Winners round 1".to_owned(),
        state,
        sides,
        when: (state == MatchState::Complete).then(|| ("Played", at(20))),
        location: (state == MatchState::Underway).then(|| "Stage <1>".to_owned()),
        label: format!("Match {identifier}, Winners round 1"),
    }
}

fn matches(found: bool) -> MatchesPage {
    let undecided = MatchSide { hint: "Winner of A".to_owned(), ..MatchSide::default() };
    let items = vec![
        line(
            "A",
            MatchState::Complete,
            vec![side("Galahad", 1, &[11, 9, 11], true), side("<b>Isolde", 8, &[4, 11, 7], false)],
        ),
        line(
            "B",
            MatchState::Underway,
            vec![side("Bohort", 4, &[1], false), side("Percival", 5, &[1], false)],
        ),
        line("C", MatchState::Pending, vec![undecided, side("Nimue", 2, &[], false)]),
    ];
    MatchesPage {
        chrome: chrome(Section::Matches),
        head: head(Section::Matches),
        find: if found { String::new() } else { "nobody".to_owned() },
        states: vec![choice("", "All", true), choice("open", "To play", false)],
        rounds: vec![
            ("Group A".to_owned(), vec![choice("1.1", "Round 1", false)]),
            (String::new(), vec![choice("2.1", "Final", false)]),
        ],
        of: found.then(|| ("Galahad".to_owned(), 10_000_001)),
        total: if found { 50 } else { 0 },
        items: if found { items } else { Vec::new() },
        drawn: true,
        narrowed: true,
        paging: if found { paging() } else { Paging::default() },
    }
}

fn one() -> MatchPage {
    let from = |word, letters: &str| {
        Some((word, Link::new(letters, format!("/autumn_joust/matches/{letters}"))))
    };
    let sides = vec![
        MatchSide {
            from: from("winner of", "A"),
            votes: Some((3, 75)),
            ..side("Galahad", 1, &[3, 1], true)
        },
        MatchSide {
            from: from("winner of", "B"),
            votes: Some((1, 25)),
            ..side("Bohort", 4, &[1, 0], false)
        },
    ];
    MatchPage {
        chrome: chrome(Section::Matches),
        head: head(Section::Matches),
        of: line("G", MatchState::Complete, sides),
        stands: "Match G, Winners round 2: Galahad beat Bohort 3–1, 1–0".to_owned(),
        sets: 2,
        times: vec![("Planned", at(60)), ("Played", at(20))],
        ways: vec![
            ("The winner goes".to_owned(), Link::new("match M", "/autumn_joust/matches/M")),
            ("The loser goes".to_owned(), Link::new("match U", "/autumn_joust/matches/U")),
        ],
        attachments: vec![
            Attached {
                words: Some("The decisive <moment>\nin slow motion".to_owned()),
                file: None,
                link: Some("https://video.example/watch?v=1&t=2".to_owned()),
                at: at(10),
            },
            Attached {
                words: None,
                file: Some((
                    Link::new("replay.zip", "/attachments/1/replay.zip"),
                    "3 KiB".to_owned(),
                )),
                link: None,
                at: at(9),
            },
        ],
        beside: [Some(Link::new("Match F", "/autumn_joust/matches/F")), None],
    }
}

fn person(seed: u32, name: &str, rank: Option<Rank>) -> Person {
    Person {
        id: i64::from(10_000_000 + seed),
        seed,
        name: name.to_owned(),
        rank,
        record: rank.map(|_| "2–1".to_owned()),
        here: seed == 1,
        waiting: seed == 3,
        withdrew: seed == 2,
        href: rank.map(|_| format!("/autumn_joust/matches?participant={seed}")),
    }
}

fn everybody(ranked: bool) -> Vec<Person> {
    let rank = |rank| Some(rank).filter(|_| ranked);
    vec![
        person(1, "Galahad", rank(Rank::Guaranteed(2))),
        person(2, "<script>alert(1)</script>", rank(Rank::Final(5))),
        person(3, "Nimue", None),
    ]
}

fn people(some: bool) -> PeoplePage {
    let head = head(Section::Participants);
    PeoplePage {
        chrome: member("/autumn_joust/participants"),
        head: Head {
            manage: Some("/autumn_joust/manage".to_owned()),
            more: More { predictions: false, log: true },
            ..head
        },
        find: if some { "a".to_owned() } else { String::new() },
        orders: vec![choice("", "Place", true), choice("name", "Name", false)],
        people: if some { everybody(true) } else { Vec::new() },
        total: if some { (3, 14) } else { (0, 0) },
        columns: Columns { seeds: true, check_in: true, results: true },
        paging: Paging::default(),
    }
}

fn standings(tournament: TournamentView, listed: bool) -> StandingsPage {
    StandingsPage {
        chrome: chrome(Section::Standings),
        head: head(Section::Standings),
        people: if listed { everybody(true) } else { Vec::new() },
        paging: Paging::default(),
        rules: vec!["Those who lost in the same round share the best of their places."],
        phases: Vec::new(),
        groups: Vec::new(),
        tournament,
    }
}

fn log() -> HappeningsPage {
    let text = |text: &str| Part::Text(text.to_owned());
    let named = |name: &str, note: Option<&str>| By::Named {
        name: name.to_owned(),
        note: note.map(str::to_owned),
    };
    let entry = |number, by, parts| Happened { number, at: Moment::clone(&at(5)), by, parts };
    let of = Link::new("C", "/autumn_joust/matches/C");
    HappeningsPage {
        chrome: chrome(Section::Log),
        head: head(Section::Log),
        entries: vec![
            entry(
                42,
                named("isolde", None),
                vec![
                    text("reported "),
                    Part::Link(of),
                    text(": "),
                    Part::Name("<b>Rook".to_owned()),
                    text(" 3–1 "),
                    Part::Name("Castle".to_owned()),
                ],
            ),
            entry(
                41,
                named("Bracket bot", Some("application, for isolde")),
                vec![text("drew the seeds by lot")],
            ),
            entry(40, By::Words("The server"), vec![text("opened the check-in")]),
        ],
        older: Some("/autumn_joust/log?before=40".to_owned()),
        latest: Some("/autumn_joust/log".to_owned()),
    }
}

pub(super) fn communities() -> Vec<CommunityCard> {
    vec![CommunityCard {
        permalink: "nerd-fest".to_owned(),
        name: "Nerdfest <i>".to_owned(),
        about: "Every June, for those who stay up late.".to_owned(),
        role: None,
    }]
}

fn search(text: &str, some: bool) -> SearchPage {
    SearchPage {
        chrome: visitor("/search"),
        text: text.to_owned(),
        tournaments: if some { contests::cards() } else { Vec::new() },
        communities: if some { communities() } else { Vec::new() },
        more: some,
    }
}

fn community_list(some: bool) -> CommunitiesPage {
    let own = communities().into_iter().map(|it| CommunityCard { role: Some("owner"), ..it });
    CommunitiesPage {
        chrome: if some { member("/communities") } else { visitor("/communities") },
        own: if some { own.collect() } else { Vec::new() },
        all: if some { communities() } else { Vec::new() },
        next: some.then(|| "/communities?before=1".to_owned()),
        first: true,
    }
}

fn members() -> Vec<MemberLine> {
    let line = |id, username: &str, role| MemberLine {
        id,
        username: username.to_owned(),
        role,
        since: at(600),
    };
    vec![line(10_000_001, "isolde", "owner"), line(10_000_002, "tristan", "member")]
}

fn community(owner: bool) -> CommunityPage {
    let path = "/communities/nerd-fest";
    let filter = |label: &str, current| Filter { link: Link::new(label, path), current };
    CommunityPage {
        chrome: if owner { member(path) } else { visitor(path) },
        canonical: format!("https://tilt.example{path}"),
        permalink: "nerd-fest".to_owned(),
        name: "Nerdfest <i>".to_owned(),
        description: "Every **June**.\n\n- <script>x</script>\n- [rules](https://rules.example)"
            .to_owned(),
        role: owner.then_some("owner"),
        manage: owner.then(|| format!("{path}/edit")),
        filters: vec![filter("All", true), filter("Live", false)],
        tournaments: if owner { contests::cards() } else { Vec::new() },
        next: owner.then(|| format!("{path}?before=1")),
        members: owner.then(|| (members(), 2)),
    }
}

fn community_form(edit: bool) -> CommunityForm {
    CommunityForm {
        chrome: member("/communities/new"),
        of: edit.then(|| ("Nerdfest <i>".to_owned(), "nerd-fest".to_owned())),
        name: Field::of("Nerdfest <i>"),
        permalink: if edit { Field::of("nerd-fest") } else { Field::wrong("a", "Is too short.") },
        subdomain: Field::default(),
        description: Field::of("Every **June**."),
        error: edit.then(|| "A community always has an owner.".to_owned()),
        members: if edit { members() } else { Vec::new() },
        member_count: 2,
        add: Field::wrong("nobody", "Is nobody who has an account here."),
        paging: Paging::default(),
    }
}

fn predictions(open: bool) -> PredictionsPage {
    let place = |rank, username: &str, points, own| Place {
        rank,
        username: username.to_owned(),
        points,
        correct: points,
        possible: 9,
        own,
    };
    PredictionsPage {
        chrome: chrome(Section::Predictions),
        head: head(Section::Predictions),
        open,
        shown: !open,
        losers: open,
        method: "A right pick is worth the number of its round: 1, 2, 3 and so on.",
        places: if open {
            Vec::new()
        } else {
            vec![place(1, "isolde", 5, true), place(2, "kay", 3, false)]
        },
        total: if open { 0 } else { 2 },
        ballot: Some(ballot(open)),
        score: (!open).then_some((4, 5)),
        paging: Paging::default(),
    }
}

fn ballot(open: bool) -> Ballot {
    let side = |id: Option<i64>, name: &str, from: Option<&str>, chosen| ballot::Side {
        id,
        name: name.to_owned(),
        seed: id.map(|_| 1),
        hint: "Winner of B".to_owned(),
        from: from.map(str::to_owned),
        chosen,
    };
    let of = |id, identifier: &str, sides, pick: Option<ballot::Picked>| ballot::Question {
        id,
        identifier: identifier.to_owned(),
        href: format!("/autumn_joust/matches/{identifier}"),
        sides,
        anybody: Vec::new(),
        upper: None,
        pick: pick.filter(|_| !open),
    };
    let right = ballot::Picked {
        name: "isolde".to_owned(),
        class: "mark-right",
        mark: "✓ right, 1 point".to_owned(),
    };
    Ballot {
        action: if open { "/autumn_joust/predictions".to_owned() } else { String::new() },
        error: None,
        made: (1, 3),
        sheets: Vec::new(),
        sheet: 1,
        rounds: vec![
            ballot::Round {
                name: "Semi-finals".to_owned(),
                matches: vec![of(
                    1,
                    "A",
                    vec![side(Some(1), "isolde", None, true), side(Some(4), "<kay>", None, false)],
                    Some(right),
                )],
            },
            ballot::Round {
                name: "Final".to_owned(),
                matches: vec![of(
                    3,
                    "C",
                    vec![
                        side(Some(1), "isolde", Some("w1"), false),
                        side(None, "", Some("w2"), false),
                    ],
                    None,
                )],
            },
        ],
    }
}
