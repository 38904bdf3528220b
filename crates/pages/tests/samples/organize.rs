//! The organiser's pages.

use tiltyard_pages::home::Paging;
use tiltyard_pages::organize::desk::{DeskMatch, DeskPage, DeskSide, Done, MatchPage};
use tiltyard_pages::organize::manage::{
    Action, ConfirmPage, Deed, ManagePage, Next, Progress, Step,
};
use tiltyard_pages::organize::new::{Format, NewPage, Outlook, Particulars, SettingsPage};
use tiltyard_pages::organize::people::{PeoplePage, Person, PersonPage};
use tiltyard_pages::organize::{Fields, Head, Tab, desk};
use tiltyard_pages::tournament::{State, matches::Choice};
use tiltyard_pages::{Field, Notice, Page as _, RenderError};

use super::member;

const HOSTILE: &str = "<script>alert(1)</script>";

pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    Ok(vec![
        ("organize-new.html", new(false).render()?),
        ("organize-new-errors.html", new(true).render()?),
        ("organize-settings.html", settings().render()?),
        ("organize-manage.html", manage().render()?),
        ("organize-people.html", people().render()?),
        ("organize-person.html", person().render()?),
        ("organize-desk.html", desk().render()?),
        ("organize-match.html", one().render()?),
        ("organize-confirm.html", confirm().render()?),
    ])
}

fn head(tab: Tab, state: State) -> Head {
    Head {
        slug: "autumn_joust".to_owned(),
        name: format!("Autumn Joust {HOSTILE}"),
        state,
        kind: "Double Elimination".to_owned(),
        tab,
    }
}

fn particulars(fixed: bool) -> Particulars {
    let mut fields = Fields::default();
    for (name, value) in [
        ("name", "Autumn Joust"),
        ("tournament_type", "swiss"),
        ("iterations", "1"),
        ("rounds", "5"),
        ("group_type", "round robin"),
        ("group_size", "4"),
        ("check_in", "25"),
        ("predictions", "0"),
    ] {
        fields.set(name, value);
    }
    fields.tick("groups", true);
    let format =
        |name, title, outlook: &str| Format { name, title, outlook: Some(outlook.to_owned()) };
    Particulars {
        fields,
        formats: vec![
            format(
                "single elimination",
                "Single Elimination",
                "16 players: 15 matches in 4 rounds",
            ),
            format(
                "double elimination",
                "Double Elimination",
                "16 players: 30 matches in 10 rounds",
            ),
            format("swiss", "Swiss", "16 players: 40 matches in 5 rounds"),
        ],
        fixed,
        communities: vec![("round_table".to_owned(), "The Round Table".to_owned())],
    }
}

fn new(wrong: bool) -> NewPage {
    let mut form = particulars(false);
    if wrong {
        form.fields.fail("name", "Can't be blank.");
        form.fields.fail("rounds", "Must be a whole number.");
        form.fields.fail("tournament_type", "Must be chosen.");
    }
    NewPage {
        chrome: member("/tournaments/new"),
        form,
        players: Field::of("16"),
        outlook: Outlook {
            lines: if wrong { Vec::new() } else { vec!["40 matches in 5 rounds.".to_owned()] },
            refused: wrong.then(|| "That does not go.".to_owned()),
        },
        error: wrong.then(|| "Something is wrong below.".to_owned()),
    }
}

fn settings() -> SettingsPage {
    SettingsPage {
        chrome: member("/autumn_joust/manage/settings"),
        head: head(Tab::Settings, State::Underway),
        form: Particulars { communities: Vec::new(), ..particulars(true) },
        seen: "5e3n".to_owned(),
        error: None,
    }
}

fn manage() -> ManagePage {
    let step = |title, detail: &str, progress| Step {
        title,
        detail: detail.to_owned(),
        href: "/autumn_joust/manage/settings".to_owned(),
        progress,
    };
    let action = Action::Do {
        label: "Start the tournament".to_owned(),
        href: "/autumn_joust/manage/state".to_owned(),
        verb: "start",
        about: String::new(),
    };
    let go =
        Action::Go { label: "Reset".to_owned(), href: "/autumn_joust/manage/reset".to_owned() };
    let deed = |title: &str, refused: Option<&str>, danger, action| Deed {
        title: title.to_owned(),
        text: "What it does.".to_owned(),
        refused: refused.map(str::to_owned),
        danger,
        action,
    };
    ManagePage {
        chrome: member("/autumn_joust/manage"),
        head: head(Tab::Overview, State::Pending),
        steps: vec![
            step("Set up", "Swiss", Progress::Done),
            step("Start", "draws the bracket", Progress::Now),
            step("Finalize", "fixes the ranks", Progress::Later),
        ],
        next: Next {
            title: "Start the tournament".to_owned(),
            text: "16 take part. 40 matches in 5 rounds.".to_owned(),
            refused: Some("People are checking in.".to_owned()),
            action,
        },
        others: vec![
            deed("Undo the last change", Some("Nothing was reported."), false, Action::Nothing),
            deed("Reset", None, true, go),
        ],
        seen: "42".to_owned(),
    }
}

fn people() -> PeoplePage {
    let person = |id, seed: u32, name: &str, note| Person {
        id,
        seed,
        name: name.to_owned(),
        account: (seed == 1).then(|| "isolde".to_owned()),
        note,
        here: seed == 1,
        up: seed.checked_sub(1).filter(|up| *up > 0),
        down: (seed < 3).then(|| seed + 1),
    };
    PeoplePage {
        chrome: member("/autumn_joust/manage/participants"),
        head: head(Tab::Participants, State::CheckingIn),
        total: 103,
        summary: "1 here, 1 waiting".to_owned(),
        found: 3,
        find: "a\"<".to_owned(),
        who: "here".to_owned(),
        kinds: vec![Choice {
            value: "here".to_owned(),
            label: "Here (1)".to_owned(),
            chosen: true,
        }],
        people: vec![
            person(11, 1, "Galahad", None),
            person(12, 2, HOSTILE, None),
            person(13, 3, "李小龙与他的朋友们的战队", Some("waiting list")),
        ],
        paging: Paging {
            page: 1,
            pages: Some(2),
            previous: None,
            next: Some("/autumn_joust/manage/participants?page=2".to_owned()),
        },
        add: Field::wrong("Galahad\nNimue", "Name 1, “Galahad”, has already been taken."),
        open: true,
        check_in: true,
    }
}

fn person() -> PersonPage {
    let mut fields = Fields::default();
    fields.set("name", HOSTILE);
    fields.set("seed", "2");
    fields.fail("seed", "Must be 1 or more.");
    PersonPage {
        chrome: member("/autumn_joust/manage/participants/12"),
        head: head(Tab::Participants, State::Pending),
        id: 12,
        name: HOSTILE.to_owned(),
        fields,
        open: true,
        leave: Some(("The seeds below move up.".to_owned(), "Remove".to_owned())),
        seen: "5e3n".to_owned(),
        error: None,
    }
}

fn of_two(id: i64, identifier: &str) -> DeskMatch {
    let side = |slot, name: &str| DeskSide {
        slot,
        name: name.to_owned(),
        seed: Some(slot + 1),
        scores: vec![Field::of("3"), Field::default()],
        place: None,
        winner: false,
    };
    DeskMatch {
        id,
        identifier: identifier.to_owned(),
        stage: Some("Group A".to_owned()),
        round: "Round 1".to_owned(),
        location: Some("Lane 2".to_owned()),
        progress: desk::Progress::Underway,
        sides: vec![side(0, "Galahad"), side(1, HOSTILE)],
        tie: true,
        seen: "5e3n".to_owned(),
        at: vec![("desk", "1".to_owned())],
        error: None,
        blamed: true,
        focus: true,
    }
}

fn of_many() -> DeskMatch {
    let side = |slot: u32, name: &str| DeskSide {
        slot,
        name: name.to_owned(),
        seed: None,
        scores: vec![Field::of("10")],
        place: Some(Field::of((slot + 1).to_string())),
        winner: slot == 0,
    };
    DeskMatch {
        progress: desk::Progress::Open,
        location: None,
        tie: false,
        focus: false,
        sides: vec![side(0, "Galahad"), side(1, "Nimue"), side(3, "Tristan & Sons")],
        ..of_two(22, "B")
    }
}

fn desk() -> DeskPage {
    DeskPage {
        chrome: member("/autumn_joust/manage/results"),
        head: head(Tab::Results, State::Underway),
        open: vec![of_two(21, "A"), of_many()],
        open_total: 2,
        waiting: 3,
        done: vec![Done {
            id: 20,
            identifier: "C".to_owned(),
            stage: Some("Final stage".to_owned()),
            round: "Final".to_owned(),
            result: format!("Galahad beat {HOSTILE} 3–1"),
            automatic: false,
            open: true,
            error: Some("Somebody else changed this meanwhile.".to_owned()),
        }],
        done_total: 31,
        find: "gal".to_owned(),
        sets: 2,
        paging: Paging { page: 1, pages: Some(1), previous: None, next: None },
        idle: None,
        tail: "?find=gal&sets=2&page=1".to_owned(),
        events_url: Some("/autumn_joust/events".to_owned()),
    }
}

fn one() -> MatchPage {
    let mut of = of_two(21, "A");
    if let Some(field) = of.sides.first_mut().and_then(|side| side.scores.get_mut(1)) {
        *field = Field::wrong("x", "must be a whole number, such as 3.");
    }
    of.error = Some("Somebody else changed this.".to_owned());
    MatchPage {
        chrome: tiltyard_pages::Chrome {
            notice: Some(Notice::error("Not written.")),
            ..member("/autumn_joust/manage/matches/21")
        },
        head: head(Tab::Results, State::Underway),
        of,
        stands: Some("Galahad against Nimue: 3–1 so far".to_owned()),
        resets: vec![format!("C: Galahad beat {HOSTILE}")],
        closed: None,
    }
}

fn confirm() -> ConfirmPage {
    ConfirmPage {
        chrome: member("/autumn_joust/manage/delete"),
        head: head(Tab::Settings, State::Complete),
        title: "Delete Autumn Joust?".to_owned(),
        paragraphs: vec!["It goes, for good.".to_owned()],
        lost: vec![format!("A: Galahad beat {HOSTILE} 3–1")],
        action: "/autumn_joust/manage/delete".to_owned(),
        hidden: vec![("seen".to_owned(), "42".to_owned())],
        tick: Some(("I want to delete it.".to_owned(), true)),
        button: "Delete".to_owned(),
        back: "/autumn_joust/manage/settings".to_owned(),
    }
}
