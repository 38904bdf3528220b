//! The page on which players register.

use tiltyard_pages::{
    Chrome, Field, Page as _, RenderError,
    join::{CheckIn, JoinPage, Place, Question, QuestionKind, Standing},
    tournament::State,
};

use super::{at, member, visitor};

const PATH: &str = "/autumn_joust/join";

pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    let closed = Standing::Closed("It has begun, so nobody can join any more.".to_owned());
    let stranger = Standing::Stranger { signup_open: true };
    Ok(vec![
        ("join.html", page(member(PATH), may(Some(1))).render()?),
        ("join-waiting.html", page(member(PATH), may(Some(0))).render()?),
        ("join-in.html", page(member(PATH), Standing::In(place(Some(false)))).render()?),
        ("join-here.html", page(member(PATH), Standing::In(place(Some(true)))).render()?),
        ("join-stranger.html", page(visitor(PATH), stranger).render()?),
        ("join-closed.html", page(visitor(PATH), closed).render()?),
    ])
}

fn page(chrome: Chrome, standing: Standing) -> JoinPage {
    JoinPage {
        chrome,
        slug: "autumn_joust".to_owned(),
        name: "Autumn <Joust>".to_owned(),
        state: State::Pending,
        standing,
        error: None,
    }
}

fn may(places: Option<u32>) -> Standing {
    let question = |name: &str, label: &str, kind, required, private| Question {
        name: format!("a_{name}"),
        label: label.to_owned(),
        kind,
        required,
        private,
        field: Field::default(),
    };
    let colours = ["Red", "\"Blue\""].map(str::to_owned).to_vec();
    let mut questions = vec![
        question("team", "Team colour", QuestionKind::Choice(colours), true, false),
        question("phone", "Phone <number>", QuestionKind::Text, false, true),
        question("age", "Age", QuestionKind::Number, true, true),
        question("food", "Vegetarian?", QuestionKind::Bool, false, false),
    ];
    questions[2].field = Field::wrong("old", "Must be a number.");
    Standing::May { questions, places }
}

fn place(here: Option<bool>) -> Place {
    Place {
        name: "isolde".to_owned(),
        seed: Some(4),
        waiting: false,
        out: false,
        here: here.map(|done| CheckIn { done, here: 3, of: 16, starts: Some(at(-90)) }),
        answers: vec![("Team colour".to_owned(), "<Red>".to_owned())],
        leave: Some(("Your place goes to the next one. You can register again.", "Leave")),
    }
}
