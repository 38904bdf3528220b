//! Search, communities and the start page: what everybody finds, and what strangers do not.

use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer};

async fn tournament(api: &Api<'_>, name: &str, url: &str, more: Value) {
    let mut attributes = json!({"name": name, "url": url, "tournament_type": "single elimination"});
    for (name, value) in more.as_object().unwrap() {
        attributes[name] = value.clone();
    }
    api.post("/tournaments.json", attributes).await.expect(201);
}

/// The addresses that the page's cards lead to, in their order.
fn cards(page: &Answer) -> Vec<String> {
    let names = page.text.split("class=\"tcard-name\"><a href=\"").skip(1);
    names.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[track_caller]
fn has(page: &Answer, text: &str) {
    assert!(page.text.contains(text), "{text} is not in {}", page.text);
}

#[rstest]
#[tokio::test]
async fn tournaments_are_found_by_parts_of_names(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    tournament(&api, "Örtlicher ÖL-Cup", "oil", json!({})).await;
    tournament(&api, "Spring Cup", "spring_cup", json!({"game_name": "Chess 960"})).await;
    tournament(&api, "Cup", "first", json!({})).await;
    tournament(&api, "Supper", "meal", json!({})).await;
    tournament(&api, "Secret Cup", "hidden", json!({"private": true})).await;
    for (text, found) in [
        ("cup", vec!["/first", "/spring_cup", "/oil"]),
        ("CUP", vec!["/first", "/spring_cup", "/oil"]),
        ("up", vec!["/meal", "/first", "/spring_cup", "/oil"]),
        ("sup", vec!["/meal"]),
        ("%C3%B6l", vec!["/oil"]),
        ("%C3%96L", vec!["/oil"]),
        ("chess+9", vec!["/spring_cup"]),
        ("spring_cup", vec!["/spring_cup"]),
        ("++spring+++cup++", vec!["/spring_cup"]),
        ("%25", vec![]),
        ("_", vec!["/spring_cup"]),
        ("secret", vec![]),
        ("hidden", vec![]),
        ("%00", vec![]),
        ("%ff%fe", vec![]),
        ("'%3B--", vec![]),
    ] {
        let page = server.get(&format!("/search?q={text}")).await.expect(200);
        assert_eq!(cards(&page), found, "{text}");
    }
    has(&server.get("/search").await.expect(200), "Type a part of a tournament");
    has(&server.get("/search?q=secret").await.expect(200), "Nothing public is called like");
    let hostile = server.get("/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await.expect(200);
    assert!(!hostile.text.contains("<script>"), "{}", hostile.text);
    server.get(&format!("/search?q={}", "x".repeat(5_000))).await.expect(200);
    // Its own organizer finds a private one in their own list, not here.
    let page = server.get("/tournaments").await.expect(200);
    assert!(!page.text.contains("Secret Cup"));
    has(&server.get("/").await.expect(200), "role=\"search\" aria-label=\"Site\"");
}

#[rstest]
#[tokio::test]
async fn communities_are_seen_by_their_public_tournaments(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.person("ada").await, server.person("grace").await);
    let api = server.key_of(&ada).await;
    for (name, permalink) in [("Nerdfest", "nerd-fest"), ("Hidden", "hidden")] {
        let attributes =
            json!({"name": name, "permalink": permalink, "description": "Every *June*"});
        api.post("/communities.json", attributes).await.expect(201);
    }
    let of = |community: &str, name: &str, url: &str, private: bool| {
        let attributes = json!({
            "name": name, "url": url, "tournament_type": "swiss", "private": private,
        });
        let path = format!("/communities/{community}/tournaments.json");
        let api = &api;
        async move { api.post(&path, attributes).await.expect(201) }
    };
    of("hidden", "Behind doors", "doors", true).await;
    // Neither has anything that strangers may see.
    for path in ["/communities/nerd-fest", "/communities/hidden", "/communities/none"] {
        server.get(path).await.expect(404);
    }
    assert!(cards(&server.get("/communities").await.expect(200)).is_empty());
    assert!(cards(&server.get("/search?q=nerd").await.expect(200)).is_empty());
    of("nerd-fest", "June open", "june", false).await;
    of("nerd-fest", "Staff only", "staff", true).await;
    let page = server.get("/communities/NERD-fest").await.expect(200);
    assert_eq!(cards(&page), ["/june"]);
    has(&page, "Every <em>June</em>");
    assert!(!page.text.contains("Staff only") && !page.text.contains("Members"), "{}", page.text);
    assert_eq!(cards(&server.get("/communities").await), ["/communities/nerd-fest"]);
    assert_eq!(cards(&server.get("/search?q=nerd").await), ["/communities/nerd-fest"]);
    assert_eq!(cards(&server.get("/communities/nerd-fest?show=complete").await), [""; 0]);
    assert_eq!(cards(&server.get("/communities/nerd-fest?show=upcoming").await), ["/june"]);
    server.get("/communities/hidden").await.expect(404);
    has(&server.get("/june").await.expect(200), "href=\"/communities/nerd-fest\"");
    has(&server.get("/").await.expect(200), "href=\"/communities/nerd-fest\"");
    // Another person sees as much as nobody does; who belongs to it, everything.
    let mut others = server.signed_in(&grace).await;
    let page = others.get("/communities/nerd-fest").await.expect(200);
    assert!(!page.text.contains("Staff only") && !page.text.contains("/edit\""), "{}", page.text);
    others.get("/communities/nerd-fest/edit").await.expect(404);
    let mut own = server.signed_in(&ada).await;
    let page = own.get("/communities/nerd-fest").await.expect(200);
    assert_eq!(cards(&page), ["/staff", "/june"]);
    has(&page, "Members");
    has(&page, "href=\"/communities/nerd-fest/edit\"");
    has(&own.get("/communities/hidden").await.expect(200), "Behind doors");
    let both = own.get("/communities").await.expect(200);
    for path in ["/communities/nerd-fest", "/communities/hidden"] {
        assert!(cards(&both).iter().any(|it| it == path), "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn a_communitys_tournaments_are_paged(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("ada").await;
    let attributes = json!({"name": "Nerdfest", "permalink": "nf"});
    api.post("/communities.json", attributes).await.expect(201);
    for number in 0..30 {
        let attributes = json!({
            "name": "Cup", "url": format!("cup_{number}"), "tournament_type": "swiss",
            "private": number % 3 == 0,
        });
        api.post("/communities/nf/tournaments.json", attributes).await.expect(201);
    }
    let mut next = "/communities/nf".to_owned();
    let mut found = Vec::new();
    loop {
        let page = server.get(&next).await.expect(200);
        found.extend(cards(&page));
        let Some((_, rest)) = page.text.split_once("rel=\"next\" href=\"") else { break };
        next = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    let public = (0..30).rev().filter(|number| number % 3 != 0);
    assert_eq!(found, public.map(|number| format!("/cup_{number}")).collect::<Vec<_>>());
}

#[rstest]
#[tokio::test]
async fn communities_are_made_and_run_by_forms(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let (ada, grace) = (server.person("ada").await, server.person("grace").await);
    server.get("/communities/new").await.expect(303);
    let mut b = server.signed_in(&ada).await;
    let new = "/communities/new";
    let wrong = [("name", " "), ("permalink", "a b"), ("description", "x")];
    let page = b.submit(new, new, &wrong).await.expect(422);
    for id in ["name-error", "permalink-error"] {
        has(&page, &format!("id=\"{id}\""));
    }
    let fields = [
        ("name", "Nerdfest"),
        ("permalink", "nf"),
        ("subdomain", ""),
        ("description", "One\r\nTwo"),
    ];
    let made = b.submit(new, new, &fields).await.expect(303);
    assert_eq!(made.location(), "/communities/nf/edit?done=created");
    let edit = "/communities/nf/edit";
    let page = b.submit(new, new, &fields).await.expect(422);
    has(&page, "Is already taken.");
    // Members: nobody, somebody, twice, a role, away.
    let members = "/communities/nf/members";
    let add = |name: &'static str, role: &'static str| [("username", name), ("role", role)];
    has(&b.submit(edit, members, &add("nobody", "member")).await.expect(422), "username-error");
    has(
        &b.submit(edit, members, &add("grace@example.org", "member")).await.expect(422),
        "username-error",
    );
    b.submit(edit, members, &add("grace", "organizer")).await.expect(303);
    has(&b.submit(edit, members, &add("grace", "member")).await.expect(422), "username-error");
    has(&b.get(edit).await.expect(200), "grace");
    let of = |person: i64| format!("{members}/{person}");
    let last = [("do", "role"), ("role", "member")];
    has(&b.submit(edit, &of(ada.id), &last).await.expect(422), "always has an owner");
    let mut g = server.signed_in(&grace).await;
    g.get(edit).await.expect(403);
    has(&g.get("/communities/nf").await.expect(200), "Members");
    let owner = [("do", "role"), ("role", "owner")];
    b.submit(edit, &of(grace.id), &owner).await.expect(303);
    let away = g.submit(edit, &of(ada.id), &[("do", "remove")]).await.expect(303);
    assert_eq!(away.location(), "/communities/nf/edit?done=removed");
    b.get(edit).await.expect(404);
    // Another name and address.
    let fields =
        [("name", "Nerds"), ("permalink", "nerds"), ("subdomain", "nf"), ("description", "")];
    let saved = g.submit(edit, edit, &fields).await.expect(303);
    assert_eq!(saved.location(), "/communities/nerds?done=saved");
    g.get("/communities/nf").await.expect(200);
    // Another's form, or one without its token, changes nothing.
    b.post("/communities/nerds/edit", &fields).await.expect(403);
    g.post("/communities/nerds/edit", &fields).await.expect(403);
}

#[rstest]
#[tokio::test]
async fn the_start_page_says_who_plays(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = api.tournament(json!({"name": "Cup", "url": "cup"}), 4).await;
    tournament(&api, "Later", "later", json!({})).await;
    has(&server.get("/").await.expect(200), "Upcoming");
    api.state(&t, "start").await.expect(200);
    // The lists are held for a moment, for everybody who is not signed in.
    assert!(!server.get("/").await.expect(200).text.contains("Next: "));
    server.clock.advance(2_000);
    let page = server.get("/").await.expect(200);
    has(&page, "Next: ");
    let b = api.match_named(&t, "B").await;
    let path = format!("{t}/matches/{}/change_state.json", b["id"].as_str().unwrap());
    api.put(&path, json!({"state": "mark_as_underway"})).await.expect(200);
    server.clock.advance(2_000);
    has(&server.get("/").await.expect(200), "Now: ");
}

#[rstest]
#[tokio::test]
async fn what_strangers_may_not_see_hides_nothing(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("ada").await;
    for number in 0..14 {
        let attributes = json!({"name": "Chess", "permalink": format!("chess{number}")});
        api.post("/communities.json", attributes).await.expect(201);
    }
    let attributes = json!({"name": "June", "url": "june", "tournament_type": "swiss"});
    api.post("/communities/chess0/tournaments.json", attributes).await.expect(201);
    let page = server.get("/search?q=chess").await.expect(200);
    assert_eq!(cards(&page), ["/communities/chess0"]);
    let one = server.get("/search?q=june").await.expect(200).text;
    let more = "more";
    assert_eq!(page.text.matches(more).count(), one.matches(more).count(), "{}", page.text);
}
