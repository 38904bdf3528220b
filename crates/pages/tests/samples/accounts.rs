use super::{ago, at, member, visitor};
use tiltyard_pages::account::{AccountPage, Connection, Key, PasswordErrors, Session};
use tiltyard_pages::auth::{AccountForm, LoginPage, SetupPage, SignupPage};
use tiltyard_pages::message::{ErrorPage, MessagePage};
use tiltyard_pages::{Chrome, Field, Link, Notice, Page, RenderError, SignedIn};

pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    Ok(vec![
        ("login.html", login(None, "").render()?),
        ("login-again.html", LoginPage { again: true, ..login(None, "isolde") }.render()?),
        ("login-failed.html", login(Some("User name or password is wrong."), "isolde").render()?),
        ("signup.html", signup(AccountForm::default()).render()?),
        ("signup-errors.html", signup(wrong_form()).render()?),
        ("setup.html", setup().render()?),
        ("account.html", account().render()?),
        ("account-bare.html", bare().render()?),
        ("error.html", error().render()?),
        ("message.html", message().render()?),
    ])
}

fn login(error: Option<&str>, username: &str) -> LoginPage {
    LoginPage {
        chrome: visitor("/login"),
        username: username.to_owned(),
        error: error.map(str::to_owned),
        next: "/oauth/authorize?request=1".to_owned(),
        for_app: error.is_none().then(|| "Scoreboard".to_owned()),
        again: false,
        signup: Some(Link::new("Create an account", "/signup")),
    }
}

fn signup(form: AccountForm) -> SignupPage {
    SignupPage { chrome: visitor("/signup"), form, next: String::new() }
}

fn wrong_form() -> AccountForm {
    AccountForm {
        username: Field::wrong("isolde", "This name is taken."),
        email: Field::wrong("isolde@", "This is not an e-mail address."),
        password_error: Some("This password is on the list of the most common ones.".to_owned()),
        error: Some("Three things need another look.".to_owned()),
    }
}

fn setup() -> SetupPage {
    SetupPage { chrome: visitor("/setup"), form: AccountForm::default(), token: "s3tup".to_owned() }
}

fn account() -> AccountPage {
    AccountPage {
        chrome: Chrome {
            notice: Some(Notice::success("Scoreboard was disconnected. Its tokens are dead.")),
            signed_in: Some(SignedIn { username: "isolde".to_owned(), operator: true }),
            ..member("/account")
        },
        username: "isolde".to_owned(),
        email: "isolde@example.org".to_owned(),
        password: PasswordErrors {
            current: Some("This is not your current password.".to_owned()),
            new: None,
            delete: None,
        },
        sessions: vec![
            session("s1", true, "Firefox 145 on Linux", "203.0.113.7", 0),
            session("s2", false, "Safari on iPhone", "2001:db8:85a3::8a2e:370:7334", 190),
        ],
        connections: vec![
            connection(
                "Bracket Butler",
                &["me", "tournaments:read", "matches:write", "participants:read"],
            ),
            connection("Overlay for the very long name of a streaming collective", &["openid"]),
        ],
        keys: vec![Key {
            id: "k1".to_owned(),
            name: "results script".to_owned(),
            hint: "x7Qp".to_owned(),
            scopes: Some(vec!["matches:write".to_owned()]),
            created: at(90_000),
            expires: Some(at(9_000_000)),
            last_used: Some(at(95_000)),
            last_address: Some("192.0.2.7".to_owned()),
        }],
    }
}

fn bare() -> AccountPage {
    AccountPage {
        chrome: member("/account"),
        password: PasswordErrors::default(),
        sessions: vec![session("s1", true, "Firefox 145 on Linux", "203.0.113.7", 0)],
        connections: Vec::new(),
        keys: Vec::new(),
        ..account()
    }
}

fn session(id: &str, current: bool, agent: &str, address: &str, minutes: i64) -> Session {
    Session {
        id: id.to_owned(),
        current,
        address: address.to_owned(),
        agent: agent.to_owned(),
        last_seen: ago(minutes),
        since: ago(minutes + 3000),
    }
}

fn connection(name: &str, scopes: &[&str]) -> Connection {
    Connection {
        client_id: format!("client-{}", name.len()),
        name: name.to_owned(),
        owner: "tristan".to_owned(),
        scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        since: ago(40_000),
        last_used: Some(ago(12)),
    }
}

fn error() -> ErrorPage {
    ErrorPage {
        chrome: visitor("/oauth/authorize"),
        status: 400,
        title: "This link does not fit the application".to_owned(),
        detail: "The application asked to send you to an address that it has not registered. \
                 You were not sent there, and nothing was shared."
            .to_owned(),
        hint: Some("Tell whoever runs the application, or start again from it.".to_owned()),
        links: vec![Link::new("Front page", "/"), Link::new("Your account", "/account")],
        request_id: Some("01JDC8Q4ZK".to_owned()),
    }
}

fn message() -> MessagePage {
    MessagePage {
        chrome: member("/activate"),
        title: "Device connected".to_owned(),
        paragraphs: vec!["Arena Kiosk goes on by itself. You can close this page.".to_owned()],
        links: vec![Link::new("Your account", "/account")],
    }
}
