//! The application manager.

use std::str::FromStr as _;

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use tiltyard_core::{
    Error,
    applications::{Application, ApplicationChanges, NewApplication},
};
use tiltyard_oauth::{
    client::{Client, ClientKind, GrantKind},
    preset::Preset,
    switch::Switch,
};
use tiltyard_pages::{
    Field, Link, Moment, Notice,
    apps::{AppNewPage, AppPage, AppRow, AppsPage, GrantUse, Toggle},
    curl,
    message::{MessagePage, SecretPage, SecretValue},
};

use super::{Form, PageError, Posted, Visitor, form::problem, html, page::see_other};
use crate::App;

pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Response {
    let now = app.core().now();
    let lists = async {
        let applications = app.core().applications(&visitor.actor()).await?;
        let used = app.core().last_uses(&visitor.actor()).await?;
        Ok::<_, Error>((applications, used))
    };
    match lists.await {
        Ok((applications, used)) => {
            let apps = applications
                .into_iter()
                .rev()
                .map(|application| AppRow {
                    client_id: application.client.client_id,
                    name: application.client.name,
                    preset: application.client.preset.name().to_owned(),
                    confidential: application.client.kind == ClientKind::Confidential,
                    created: Moment::from_millis(application.created_at),
                    last_used: used.get(&application.id).map(|at| Moment::relative(*at, now)),
                })
                .collect();
            let page = AppsPage { chrome: visitor.chrome(&app), apps };
            html(&app, &visitor, StatusCode::OK, &page)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

fn new_page(app: &App, visitor: &Visitor, form: Option<(&Form, &Error)>) -> AppNewPage {
    let field = |name: &str| match form {
        Some((form, error)) => {
            Field { value: form.text(name).to_owned(), error: problem(error, name) }
        }
        None => Field::default(),
    };
    let mut preset = field("preset");
    if preset.value.is_empty() {
        Preset::Standard.name().clone_into(&mut preset.value);
    }
    AppNewPage {
        chrome: visitor.chrome(app),
        name: field("name"),
        preset,
        redirect_uris: field("redirect_uris"),
        scopes: form.map(|(form, _)| form.all("scope")).unwrap_or_default(),
        scopes_error: form.and_then(|(_, error)| problem(error, "scopes")),
    }
}

pub(super) async fn new(State(app): State<App>, visitor: Visitor) -> Response {
    if visitor.session.is_none() {
        return PageError::from(Error::Unauthenticated(
            "Applications belong to people, so we need to know who you are.".to_owned(),
        ))
        .respond(&app, &visitor);
    }
    html(&app, &visitor, StatusCode::OK, &new_page(&app, &visitor, None))
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A request to try fresh credentials with.
fn example(app: &App, client: &Client, secret: Option<&str>) -> Option<String> {
    let token_url = format!("{}/oauth/token", app.core().public_url());
    if client.may(GrantKind::ClientCredentials) {
        let scope = client.default_application_scopes().to_string();
        return Some(curl::client_credentials(&token_url, &client.client_id, secret?, &scope));
    }
    let redirect_uri = client.redirect_uris.first()?;
    Some(curl::code_exchange(&token_url, &client.client_id, secret, redirect_uri))
}

fn secret_page(
    app: &App,
    visitor: &Visitor,
    title: String,
    lede: String,
    client: &Client,
    secret: Option<&str>,
    key: Option<&str>,
) -> Response {
    let mut values = vec![SecretValue {
        label: "Client ID".to_owned(),
        value: client.client_id.clone(),
        once: false,
    }];
    values.extend(secret.map(|secret| SecretValue {
        label: "Client secret".to_owned(),
        value: secret.to_owned(),
        once: true,
    }));
    values.extend(key.map(|key| SecretValue {
        label: "API key (X-Api-Key)".to_owned(),
        value: key.to_owned(),
        once: true,
    }));
    let page = SecretPage {
        chrome: visitor.chrome(app),
        title,
        lede,
        values,
        example: example(app, client, secret),
        done: Link::new("Go to the application", format!("/apps/{}", client.client_id)),
    };
    html(app, visitor, StatusCode::OK, &page)
}

pub(super) async fn create(State(app): State<App>, Posted(visitor, form): Posted) -> Response {
    let owner = visitor.session.as_ref().map_or(0, |session| session.person.id);
    let scopes = form.all("scope").join(" ");
    let created = match Preset::from_str(form.text("preset")) {
        Ok(preset) => {
            let new = NewApplication {
                owner,
                name: form.text("name").to_owned(),
                preset,
                redirect_uris: lines(form.text("redirect_uris")),
                scopes: (!scopes.is_empty()).then_some(scopes),
            };
            app.core().create_application(&visitor.actor(), new, visitor.origin.clone()).await
        }
        Err(_) => Err(Error::invalid("preset", "must be chosen from the list")),
    };
    match created {
        Ok(created) => {
            let client = &created.application.client;
            let lede = if created.client_secret.is_some() {
                "Copy the secret now: only its hash is kept, and nobody can show it again."
            } else {
                "This application is public: it has no secret, and every sign-in uses PKCE."
            };
            secret_page(
                &app,
                &visitor,
                format!("{} is ready", client.name),
                lede.to_owned(),
                client,
                created.client_secret.as_deref(),
                created.api_key.as_deref(),
            )
        }
        Err(error @ Error::Invalid(_)) => {
            let page = new_page(&app, &visitor, Some((&form, &error)));
            html(&app, &visitor, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

/// The page of an application, with what a form came to.
async fn app_page(
    app: &App,
    visitor: &Visitor,
    application: &Application,
    form: Option<(&Form, &Error)>,
    delete_error: Option<String>,
) -> Result<AppPage, Error> {
    let client = &application.client;
    let field = |name: &str, value: String| match form {
        Some((form, error)) => {
            Field { value: form.text(name).to_owned(), error: problem(error, name) }
        }
        None => Field::of(value),
    };
    let ticked = |name: &str, value: &str, now: bool| match form {
        Some((form, _)) => form.all(name).iter().any(|ticked| ticked == value),
        None => now,
    };
    let scopes = match form {
        Some((form, _)) => form.all("scope"),
        None => client.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
    };
    let problems = |name: &str| form.and_then(|(_, error)| problem(error, name));
    let now = app.core().now();
    let usage = app.core().application_usage(&visitor.actor(), &client.client_id).await?;
    let last_used = |name: &str| {
        let used = usage.iter().find(|used| used.grant == name);
        used.map(|used| Moment::relative(used.last_at, now))
    };
    Ok(AppPage {
        chrome: visitor.chrome(app),
        client_id: client.client_id.clone(),
        preset: client.preset.name().to_owned(),
        confidential: client.kind == ClientKind::Confidential,
        owner: app.core().username(client.owner).await?.unwrap_or_default(),
        created: Moment::from_millis(application.created_at),
        last_used: usage.iter().map(|used| used.last_at).max().map(|at| Moment::relative(at, now)),
        usage: usage
            .iter()
            .map(|used| GrantUse {
                grant: used.grant.clone(),
                tokens: used.tokens,
                last: Moment::relative(used.last_at, now),
            })
            .collect(),
        people: app.core().connected_people(&visitor.actor(), &client.client_id).await?,
        api_key_hint: app.core().application_key_hint(&visitor.actor(), &client.client_id).await?,
        name: field("name", client.name.clone()),
        redirect_uris: field("redirect_uris", client.redirect_uris.join("\n")),
        scopes,
        scopes_error: problems("scopes")
            .or_else(|| problems("grants"))
            .or_else(|| problems("switches")),
        grants: GrantKind::ALL
            .into_iter()
            .map(|grant| {
                let on = ticked("grant", grant.name(), client.may(grant));
                Toggle { last_used: last_used(grant.name()), ..Toggle::new(grant.name(), on) }
            })
            .collect(),
        switches: Switch::ALL
            .into_iter()
            .map(|switch| {
                let on = ticked("switch", switch.name(), client.has(switch));
                Toggle { last_used: last_used(switch.name()), ..Toggle::new(switch.name(), on) }
            })
            .collect(),
        token_form: client.token_form.name().to_owned(),
        id_token_algorithm: client.id_token_algorithm.name().to_owned(),
        delete_error,
    })
}

async fn respond(
    app: &App,
    visitor: &Visitor,
    client_id: &str,
    status: StatusCode,
    form: Option<(&Form, &Error)>,
    delete_error: Option<String>,
) -> Response {
    let page = async {
        let application = app.core().application(&visitor.actor(), client_id).await?;
        app_page(app, visitor, &application, form, delete_error).await
    };
    match page.await {
        Ok(page) => html(app, visitor, status, &page),
        Err(error) => PageError::from(error).respond(app, visitor),
    }
}

pub(super) async fn show(
    State(app): State<App>,
    Path(client_id): Path<String>,
    visitor: Visitor,
) -> Response {
    if visitor.session.is_none() {
        return PageError::from(Error::Unauthenticated("Sign in to manage applications.".into()))
            .respond(&app, &visitor);
    }
    respond(&app, &visitor, &client_id, StatusCode::OK, None, None).await
}

pub(super) async fn update(
    State(app): State<App>,
    Path(client_id): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let changes = ApplicationChanges {
        name: Some(form.text("name").to_owned()),
        redirect_uris: Some(lines(form.text("redirect_uris"))),
        scopes: Some(form.all("scope").join(" ")),
        grants: Some(form.all("grant").iter().filter_map(|name| name.parse().ok()).collect()),
        switches: Some(form.all("switch").iter().filter_map(|name| name.parse().ok()).collect()),
        token_form: form.text("token_form").parse().ok(),
        id_token_algorithm: form.text("id_token_algorithm").parse().ok(),
    };
    let origin = visitor.origin.clone();
    let updated = app
        .core()
        .update_application(&visitor.actor(), &client_id, move |_| changes.clone(), origin)
        .await;
    match updated {
        Ok(_) => {
            let visitor = visitor.with_notice(Some(Notice::success("The application was saved.")));
            respond(&app, &visitor, &client_id, StatusCode::OK, None, None).await
        }
        Err(error @ Error::Invalid(_)) => {
            let form = Some((&form, &error));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            respond(&app, &visitor, &client_id, status, form, None).await
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn rotate(
    State(app): State<App>,
    Path(client_id): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    let leaked = form.ticked("leaked");
    let origin = visitor.origin.clone();
    match app.core().rotate_secret(&visitor.actor(), &client_id, leaked, origin).await {
        Ok(rotated) => {
            let lede = match rotated.old_until {
                Some(until) => format!(
                    "Copy the new secret now. The old one works until {}.",
                    Moment::from_millis(until).text
                ),
                None => "Copy the new secret now. The old one and every token stopped working."
                    .to_owned(),
            };
            let client = &rotated.application.client;
            let title = format!("A new secret for {}", client.name);
            secret_page(&app, &visitor, title, lede, client, Some(&rotated.client_secret), None)
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn rotate_key(
    State(app): State<App>,
    Path(client_id): Path<String>,
    Posted(visitor, _): Posted,
) -> Response {
    let origin = visitor.origin.clone();
    match app.core().rotate_application_key(&visitor.actor(), &client_id, origin).await {
        Ok((application, key)) => {
            let client = &application.client;
            let title = format!("A new API key for {}", client.name);
            let lede = "Copy the key now. The old one, if there was one, stopped working.";
            secret_page(&app, &visitor, title, lede.to_owned(), client, None, Some(&key))
        }
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}

pub(super) async fn delete(
    State(app): State<App>,
    Path(client_id): Path<String>,
    Posted(visitor, form): Posted,
) -> Response {
    if !form.ticked("confirm") {
        let error = Some("Tick the box to say that you mean it.".to_owned());
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return respond(&app, &visitor, &client_id, status, None, error).await;
    }
    let origin = visitor.origin.clone();
    match app.core().delete_application(&visitor.actor(), &client_id, origin).await {
        Ok(deleted) if deleted.grants > 0 => {
            let page = MessagePage {
                chrome: visitor.chrome(&app),
                title: "The application is gone".to_owned(),
                paragraphs: vec![format!(
                    "{} grants of people ended, and all its tokens with them.",
                    deleted.grants
                )],
                links: vec![Link::new("Your applications", "/apps")],
            };
            html(&app, &visitor, StatusCode::OK, &page)
        }
        Ok(_) => see_other("/apps"),
        Err(error) => PageError::from(error).respond(&app, &visitor),
    }
}
