//! A disk that takes nothing more, and takes it again later.

#![cfg(target_os = "linux")]

use std::process::Command;

use tiltyard_store::Engine;

use crate::{
    support::{Installation, PASSWORD, Server},
    visitor::Visitor,
};

/// Lets no file of the process grow beyond this many bytes: whatever it writes fails.
fn bound_files(server: &Server, bytes: &str) {
    let (id, limit) = (server.id().to_string(), format!("--fsize={bytes}:"));
    let set = Command::new("prlimit").args(["--pid", &id, &limit]).status().unwrap();
    assert!(set.success());
}

/// Case E11.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_pretended_on_a_full_disk() {
    let installation = Installation::new(Engine::Sqlite);
    installation.person("ysolde");
    let server = installation.serve_bounded();
    let mut visitor = Visitor::at(&installation, &server, "ysolde");
    assert_eq!(visitor.sign_in("ysolde", PASSWORD).await, 303);
    let first = visitor.code().await;
    let second = visitor.code().await;
    let answer = visitor.exchange(&first).await;
    let (access, refresh) = visitor.tokens(answer).await;
    bound_files(&server, "4096");
    let unavailable = |answer: &reqwest::Response| {
        assert_eq!(answer.status(), 503, "{answer:?}");
        assert_eq!(answer.headers()["retry-after"], "1");
    };
    unavailable(&visitor.exchange(&second).await);
    let form = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    unavailable(&visitor.token(&form).await);
    // Withdrawing fails loudly; reading goes on.
    let page = visitor.page("/account").await;
    let path = page.split("/account/connections/").nth(1).unwrap().split('"').next().unwrap();
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let url = visitor.address(&format!("/account/connections/{path}"));
    let form_of_page = [("csrf", csrf)];
    let http = visitor.http.clone();
    let post = || http.post(&url).form(&form_of_page).send();
    unavailable(&post().await.unwrap());
    let url_of_me = visitor.address("/v2.1/me.json");
    let me = || http.get(&url_of_me).bearer_auth(&access).send();
    assert_eq!(me().await.unwrap().status(), 200);
    // With room again everything goes on where it was.
    bound_files(&server, "unlimited");
    let answer = visitor.exchange(&second).await;
    visitor.tokens(answer).await;
    let answer = visitor.token(&form).await;
    let (access, _) = visitor.tokens(answer).await;
    assert_eq!(post().await.unwrap().status(), 303);
    let me = http.get(&url_of_me).bearer_auth(&access).send().await;
    assert_eq!(me.unwrap().status(), 401);
}
