use super::{ago, at, member};
use tiltyard_pages::apps::{AppNewPage, AppPage, AppRow, AppsPage, GrantUse, Toggle};
use tiltyard_pages::consent::{
    ClientView, ConsentPage, DeviceCodePage, DeviceConfirmPage, FormPostPage, ScopeView,
};
use tiltyard_pages::device::{DeviceApp, DeviceChoicePage, DevicePage, DeviceState};
use tiltyard_pages::message::{SecretPage, SecretValue};
use tiltyard_pages::{Chrome, Field, Link, Notice, Page, RenderError, curl};

const CLIENT_ID: &str = "b8f1c0d25e9a4c7f8a3d6e1b9c2f4a70";
const SECRET: &str = "tly_cs_7GkVw2QnXr9LbTz4HdPm6YcJfSa8Re_0Kx3Qa";

pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    Ok(vec![
        ("apps.html", AppsPage { chrome: member("/apps"), apps: rows() }.render()?),
        ("apps-none.html", AppsPage { chrome: member("/apps"), apps: Vec::new() }.render()?),
        ("app-new.html", new(false).render()?),
        ("app-new-errors.html", new(true).render()?),
        ("app.html", show().render()?),
        ("app-public.html", public().render()?),
        ("secret.html", secret().render()?),
        ("consent.html", consent().render()?),
        ("consent-more.html", consent_more().render()?),
        ("consent-known.html", consent_known().render()?),
        ("device-code.html", device_code().render()?),
        ("device-confirm.html", device_confirm().render()?),
        ("play-choose.html", device_choice(true).render()?),
        ("play-none.html", device_choice(false).render()?),
        ("play-waiting.html", device(DeviceState::Waiting).render()?),
        ("play-hello.html", device(DeviceState::Connected("yseult".to_owned())).render()?),
        ("play-refused.html", device(DeviceState::Refused).render()?),
        ("play-expired.html", device(DeviceState::Expired).render()?),
        ("play-over.html", device(DeviceState::Over).render()?),
        ("form-post.html", form_post().render()?),
    ])
}

fn rows() -> Vec<AppRow> {
    [
        ("Scoreboard", "challonge", true, Some(3)),
        ("Bracket Butler for the Thursday night fighting game series", "browser", false, None),
        ("results-bot", "machine", true, Some(9000)),
    ]
    .into_iter()
    .map(|(name, preset, confidential, used)| AppRow {
        client_id: CLIENT_ID.to_owned(),
        name: name.to_owned(),
        preset: preset.to_owned(),
        confidential,
        created: at(100_000),
        last_used: used.map(ago),
    })
    .collect()
}

fn new(wrong: bool) -> AppNewPage {
    AppNewPage {
        chrome: member("/apps/new"),
        name: if wrong { Field::wrong("", "Give it a name.") } else { Field::default() },
        preset: Field::of("standard"),
        redirect_uris: if wrong {
            Field::wrong(
                "https://scoreboard.example/callback\nhttps://scoreboard.example/#done",
                "Line 2: a redirect URI has no fragment.",
            )
        } else {
            Field::default()
        },
        scopes: if wrong { vec!["me".to_owned(), "matches:write".to_owned()] } else { Vec::new() },
        scopes_error: None,
    }
}

fn show() -> AppPage {
    AppPage {
        chrome: Chrome {
            notice: Some(Notice::success("Changes saved.")),
            ..member("/apps/b8f1c0d25e9a4c7f8a3d6e1b9c2f4a70")
        },
        client_id: CLIENT_ID.to_owned(),
        preset: "challonge".to_owned(),
        confidential: true,
        owner: "isolde".to_owned(),
        created: at(100_000),
        last_used: Some(ago(3)),
        people: 214,
        api_key_hint: Some("9fQ2".to_owned()),
        name: Field::of("Scoreboard"),
        redirect_uris: Field::of("https://scoreboard.example/callback"),
        scopes: ["me", "tournaments:read", "matches:read", "matches:write"]
            .map(str::to_owned)
            .to_vec(),
        scopes_error: None,
        usage: vec![GrantUse { grant: "refresh_token".to_owned(), tokens: 12, last: at(60_000) }],
        grants: vec![
            Toggle::new("authorization_code", true),
            Toggle::new("refresh_token", true),
            Toggle::new("client_credentials", true),
            Toggle::new("device_code", true),
            Toggle { last_used: Some(at(60_000)), ..Toggle::new("implicit", false) },
        ],
        switches: vec![
            Toggle::new("pkce-optional", true),
            Toggle::new("secret-optional", true),
            Toggle::new("redirect-uri-optional", true),
            Toggle::new("query-token-request", true),
            Toggle::new("bare-token", false),
            Toggle::new("ignore-client-credentials-scopes", false),
            Toggle::new("fixed-privileges", false),
            Toggle::new("cors", false),
        ],
        token_form: "jwt".to_owned(),
        id_token_algorithm: "RS256".to_owned(),
        delete_error: None,
    }
}

fn public() -> AppPage {
    AppPage {
        chrome: member("/apps/x"),
        preset: "browser".to_owned(),
        confidential: false,
        people: 1,
        usage: Vec::new(),
        api_key_hint: None,
        last_used: None,
        token_form: "jwt".to_owned(),
        id_token_algorithm: "RS256".to_owned(),
        delete_error: Some("Tick the box to delete it.".to_owned()),
        ..show()
    }
}

fn secret() -> SecretPage {
    SecretPage {
        chrome: member("/apps/new"),
        title: "Scoreboard is ready".to_owned(),
        lede: "Copy the secret now. It is stored only as a fingerprint and never shown again."
            .to_owned(),
        values: vec![
            SecretValue { label: "Client id".to_owned(), value: CLIENT_ID.to_owned(), once: false },
            SecretValue { label: "Client secret".to_owned(), value: SECRET.to_owned(), once: true },
        ],
        example: Some(curl::client_credentials(
            "https://tilt.example/oauth/token",
            CLIENT_ID,
            SECRET,
            "me tournaments:read",
        )),
        done: Link::new("I have stored the secret", "/apps"),
    }
}

fn client() -> ClientView {
    ClientView {
        name: "Scoreboard".to_owned(),
        description: Some("Shows results above the stage.".to_owned()),
        owner: "tristan".to_owned(),
    }
}

fn scope(name: &str, optional: bool, given: bool) -> ScopeView {
    ScopeView { name: name.to_owned(), optional, given, idle: name == "application:player" }
}

fn consent() -> ConsentPage {
    ConsentPage {
        chrome: member("/oauth/authorize"),
        action: "/oauth/authorize".to_owned(),
        request: "req-1".to_owned(),
        client: client(),
        redirect_host: "scoreboard.example".to_owned(),
        scopes: vec![
            scope("me", false, false),
            scope("tournaments:read", false, false),
            scope("matches:read", false, false),
            scope("matches:write", true, false),
            scope("application:organizer", false, false),
        ],
        lasts: "until you or its owner ends it".to_owned(),
        switch_next: "/oauth/authorize?request=req-1".to_owned(),
    }
}

/// Nothing is asked that was not allowed before.
fn consent_known() -> ConsentPage {
    let scopes = vec![scope("me", true, true), scope("matches:write", true, true)];
    ConsentPage { scopes, ..consent() }
}

fn consent_more() -> ConsentPage {
    ConsentPage {
        client: ClientView {
            name: "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleih".to_owned(),
            description: None,
            owner: "a-very-long-user-name-that-goes-on-and-on".to_owned(),
        },
        redirect_host: "com.example.native-application.with.a.long.scheme".to_owned(),
        scopes: vec![
            scope("me", false, true),
            scope("tournaments:read", false, true),
            scope("stations:read", false, false),
        ],
        ..consent()
    }
}

fn device_code() -> DeviceCodePage {
    DeviceCodePage {
        chrome: member("/activate"),
        user_code: Field::wrong("BCDF-GHJ", "This code is not known, or it is over."),
    }
}

fn device_confirm() -> DeviceConfirmPage {
    DeviceConfirmPage {
        chrome: member("/activate"),
        user_code: "BCDF-GHJK".to_owned(),
        client: ClientView { name: "Arena Kiosk".to_owned(), ..client() },
        scopes: vec![scope("me", false, false), scope("application:player", false, false)],
        lasts: "until you or its owner ends it".to_owned(),
        switch_next: "/activate?user_code=BCDF-GHJK".to_owned(),
    }
}

fn device_choice(some: bool) -> DeviceChoicePage {
    let apps = [("Arena Kiosk", CLIENT_ID), ("Score <i>wall</i>", "c9")];
    let apps = apps.map(|(name, client_id)| DeviceApp {
        client_id: client_id.to_owned(),
        name: name.to_owned(),
    });
    DeviceChoicePage {
        chrome: member("/device"),
        apps: if some { apps.to_vec() } else { Vec::new() },
        chosen: CLIENT_ID.to_owned(),
        error: some.then(|| "The application may not use the device grant.".to_owned()),
    }
}

fn device(state: DeviceState) -> DevicePage {
    DevicePage {
        chrome: member("/device"),
        client_id: CLIENT_ID.to_owned(),
        client_name: "Arena Kiosk".to_owned(),
        user_code: "BCDF-GHJK".to_owned(),
        address: "https://tilt.example/activate".to_owned(),
        complete: "https://tilt.example/activate?user_code=BCDF-GHJK".to_owned(),
        expires: at(-10),
        seconds: 5,
        state,
    }
}

fn form_post() -> FormPostPage {
    FormPostPage {
        chrome: member("/oauth/authorize"),
        action: "/form-post.html".to_owned(),
        client_name: "Scoreboard".to_owned(),
        fields: vec![
            ("code".to_owned(), "tly_ac_1".to_owned()),
            ("state".to_owned(), "\"><script>".to_owned()),
        ],
    }
}
