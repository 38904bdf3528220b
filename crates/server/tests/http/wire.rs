//! What goes over the wire: compressed texts and their tags, masked form tokens, pages that are kept.

use std::io::Read as _;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::read::GzDecoder;
use futures_util::StreamExt as _;
use reqwest::{Method, RequestBuilder, header::HeaderMap};
use rstest::rstest;
use serde_json::{Value, json};
use tiltyard_core::{Actor, accounts::Origin};
use tiltyard_oauth::preset::Preset;
use tiltyard_store::Engine::{self, Postgres, Sqlite};
use tokio::time::{Duration, timeout};

use crate::support::{Answer, Api, CALLBACK, Credential, PASSWORD, TestServer, V1, VERIFIER};

/// An answer as it came.
struct Raw {
    status: u16,
    headers: HeaderMap,
    bytes: Vec<u8>,
}

impl Raw {
    async fn to(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Self { status, headers, bytes: answer.bytes().await.unwrap().to_vec() }
    }

    /// To a client that takes gzip, as browsers do.
    async fn gzip(request: RequestBuilder) -> Self {
        Self::to(request.header("accept-encoding", "gzip, deflate, br, zstd")).await
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn is_compressed(&self) -> bool {
        self.headers.contains_key("content-encoding")
    }

    fn varies(&self) -> bool {
        self.headers.get_all("vary").iter().any(|it| it == "Accept-Encoding")
    }

    /// What it says.
    fn text(&self) -> String {
        if !self.is_compressed() {
            return String::from_utf8(self.bytes.clone()).unwrap();
        }
        assert_eq!(self.header("content-encoding"), "gzip");
        let mut text = String::new();
        GzDecoder::new(&*self.bytes).read_to_string(&mut text).unwrap();
        text
    }
}

/// A tournament of eight under way at `/cup`; its path in the API.
async fn cup(api: &Api<'_>) -> String {
    let attributes = json!({"name": "Cup", "url": "cup", "tournament_type": "double elimination"});
    let t = api.tournament(attributes, 8).await;
    api.state(&t, "start").await.expect(200);
    t
}

#[rstest]
#[tokio::test]
async fn texts_are_compressed_for_whoever_accepts_it(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let v1 = V1::organizer(&server, "marshal").await;
    let api = server.api(Credential::Key(v1.key.clone()));
    let t = cup(&api).await;
    let (document, matches) = (format!("{t}.json"), format!("{t}/matches.json"));
    let nobody = |path: &str| server.request(Method::GET, path);
    let pages = [
        "/",
        "/tournaments",
        "/cup",
        "/cup?stage=1",
        "/cup/live",
        "/cup/module",
        "/cup/module/live",
        "/cup/overlay?show=bracket",
        "/cup.svg",
        "/assets/tiltyard.css",
        "/assets/live.js",
        "/openapi.json",
        "/docs/api",
    ];
    let mut requests: Vec<Box<dyn Fn() -> RequestBuilder + '_>> = Vec::new();
    for path in pages {
        requests.push(Box::new(move || nobody(path)));
    }
    requests.push(Box::new(|| api.request(Method::GET, &document)));
    requests.push(Box::new(|| api.request(Method::GET, &matches)));
    requests.push(Box::new(|| {
        v1.request(Method::GET, "/tournaments.json").query(&[("api_key", &v1.key)])
    }));
    for request in requests {
        let what = request().build().unwrap().url().to_string();
        let plain = Raw::to(request()).await;
        assert_eq!(plain.status, 200, "{what}");
        assert!(!plain.is_compressed() && plain.varies(), "{what}");
        for refused in ["identity", "gzip;q=0", "br"] {
            let answer = Raw::to(request().header("accept-encoding", refused)).await;
            assert!(!answer.is_compressed(), "{what} {refused}");
        }
        let gzip = Raw::gzip(request()).await;
        assert!(gzip.is_compressed() && gzip.varies(), "{what}");
        assert!(gzip.bytes.len() < plain.bytes.len() * 2 / 3, "{what}");
        assert_eq!(gzip.text(), plain.text(), "{what}");
        assert_eq!(gzip.header("content-length"), gzip.bytes.len().to_string(), "{what}");
        assert_eq!(gzip.header("content-type"), plain.header("content-type"), "{what}");
        // The tag names the text now, not its bytes.
        let tag = gzip.header("etag");
        assert_eq!(tag.trim_start_matches("W/"), plain.header("etag").trim_start_matches("W/"));
        assert!(tag.is_empty() || tag.starts_with("W/"), "{what}: {tag}");
    }
}

#[rstest]
#[tokio::test]
async fn heads_are_those_of_what_would_come(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    cup(&api).await;
    for path in ["/cup", "/cup/live", "/assets/tiltyard.css", "/openapi.json"] {
        let whole = Raw::gzip(server.request(Method::GET, path)).await;
        let head = Raw::gzip(server.request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.bytes.len()), (200, 0), "{path}");
        for name in ["content-encoding", "content-length", "content-type", "etag", "vary"] {
            assert_eq!(head.header(name), whole.header(name), "{path} {name}");
        }
    }
}

#[rstest]
#[tokio::test]
async fn tags_hold_whatever_the_coding(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api).await;
    let of_api = format!("{t}.json");
    let list = format!("{t}/matches.json");
    let mut requests: Vec<Box<dyn Fn() -> RequestBuilder + '_>> = Vec::new();
    for path in
        ["/cup/live", "/cup/module/live", "/cup.svg", "/assets/tiltyard.css", "/openapi.json"]
    {
        let server = &server;
        requests.push(Box::new(move || server.request(Method::GET, path)));
    }
    requests.push(Box::new(|| api.request(Method::GET, &of_api)));
    requests.push(Box::new(|| api.request(Method::GET, &list)));
    for request in requests {
        let what = request().build().unwrap().url().to_string();
        let plain = Raw::to(request()).await.header("etag").to_owned();
        let weak = Raw::gzip(request()).await.header("etag").to_owned();
        assert!(weak.starts_with("W/"), "{what}: {weak}");
        let listed = format!("\"other\", {weak}");
        for (sent, tag) in [(&plain, &plain), (&weak, &weak), (&listed, &weak)] {
            let again = Raw::gzip(request().header("if-none-match", sent)).await;
            assert_eq!((again.status, again.bytes.len()), (304, 0), "{what} {sent}");
            assert_eq!(again.header("etag"), tag, "{what} {sent}");
            assert!(again.varies() && !again.is_compressed(), "{what} {sent}");
        }
        let other = Raw::gzip(request().header("if-none-match", "W/\"other\"")).await;
        assert_eq!(other.status, 200, "{what}");
    }
    // What was read compressed names what is changed.
    let all = api.matches(&t).await;
    let id = all[0]["id"].as_str().unwrap();
    let path = format!("{t}/matches/{id}.json");
    let read = Raw::gzip(api.request(Method::GET, &path)).await;
    let tag = read.header("etag").to_owned();
    assert!(read.is_compressed());
    let report = |winner: usize| {
        let side = |number: usize| {
            json!({
                "participant_id": all[0]["relationships"][format!("player{number}")]["data"]["id"],
                "score_set": if number == winner { "2" } else { "0" },
                "advancing": number == winner,
            })
        };
        let attributes = json!({"match": [side(1), side(2)]});
        let body: Value = json!({"data": {"type": "Match", "attributes": attributes}});
        api.request(Method::PUT, &path)
            .header("if-match", &tag)
            .header("content-type", "application/vnd.api+json")
            .body(body.to_string())
    };
    Answer::to(report(1)).await.expect(200);
    Answer::to(report(2)).await.expect(412);
}

#[rstest]
#[tokio::test]
async fn secrets_pictures_and_little_things_are_not_compressed(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let api = server.key_of(&person).await;
    cup(&api).await;
    let client = server.client(&person, Preset::Standard).await;
    let mut browser = server.signed_in(&person).await;
    let picture = "/cup.png".to_owned();
    let consent = client.address(&[]);
    let pages = ["/activate".to_owned(), "/device".to_owned(), consent, picture];
    for path in pages {
        let answer = Raw::gzip(browser.request(Method::GET, &path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.is_compressed() && !answer.varies(), "{path}");
    }
    // Where a token stands in the address, it stands on the page.
    let setup = Raw::gzip(browser.request(Method::GET, "/setup?token=x")).await;
    assert!(setup.bytes.len() > 1_024 && !setup.is_compressed(), "{}", setup.status);
    // What is short goes as it is; what stands at its address next may be long.
    for method in [Method::GET, Method::HEAD] {
        let health = Raw::gzip(server.request(method, "/healthz")).await;
        assert!(!health.is_compressed() && health.varies());
    }
    // Tokens, and what is said of them.
    let code = client.code(&mut browser, &[]).await;
    let grant = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = Raw::gzip(client.token_request(&grant)).await;
    assert_eq!(tokens.status, 200);
    assert!(!tokens.is_compressed() && tokens.bytes.len() > 500);
    // An answer to a change may hold a secret that is shown once, whatever its type.
    let body = json!({"data": {"type": "tournament", "attributes": {
        "name": "Next", "url": "next", "tournament_type": "swiss", "description": "x".repeat(2_000),
    }}});
    let post = api
        .request(Method::POST, "/tournaments.json")
        .header("content-type", "application/vnd.api+json")
        .body(body.to_string());
    let made = Raw::gzip(post).await;
    assert_eq!(made.status, 201, "{}", made.text());
    assert!(made.bytes.len() > 1_024 && !made.is_compressed());
    let csrf = browser.get("/apps/new").await.hidden("csrf");
    let wrong = [("csrf", csrf.as_str()), ("name", ""), ("preset", "standard")];
    let answer = Raw::gzip(browser.request(Method::POST, "/apps/new").form(&wrong)).await;
    assert!(answer.bytes.len() > 1_024 && !answer.is_compressed(), "{}", answer.status);
}

#[rstest]
#[tokio::test]
async fn events_leave_at_once(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api).await;
    let of_page = server.request(Method::GET, "/cup/events");
    let of_api =
        api.request(Method::GET, &format!("{t}/events")).header("accept", "text/event-stream");
    let mut streams = Vec::new();
    for request in [of_page, of_api] {
        let answer = request.header("accept-encoding", "gzip, br").send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(!answer.headers().contains_key("content-encoding"));
        streams.push(answer.bytes_stream());
    }
    let first = timeout(Duration::from_secs(5), streams[0].next()).await.unwrap();
    assert!(first.unwrap().unwrap().starts_with(b"event: hello"));
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    for stream in &mut streams {
        let next = timeout(Duration::from_secs(5), stream.next()).await.unwrap();
        let event = String::from_utf8(next.unwrap().unwrap().to_vec()).unwrap();
        assert!(event.contains("event: ") && event.ends_with("\n\n"), "{event}");
    }
}

/// Case R26.
#[rstest]
#[tokio::test]
async fn form_tokens_are_masked(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let mut browser = server.browser();
    let one = browser.get("/login").await.hidden("csrf");
    let other = browser.get("/login").await.hidden("csrf");
    assert_ne!(one, other);
    let bytes = |token: &str| URL_SAFE_NO_PAD.decode(token).unwrap();
    let bare = |token: &str| {
        let token = bytes(token);
        let (pad, masked) = token.split_at(32);
        pad.iter().zip(masked).map(|(one, other)| one ^ other).collect::<Vec<u8>>()
    };
    assert_eq!(bare(&one), bare(&other), "of the same browser");
    assert!(bytes(&one)[..32] != bytes(&other)[..32] && bytes(&one)[32..] != bytes(&other)[32..]);
    let mut forged = bytes(&one);
    forged[40] ^= 1;
    let short = &bytes(&one)[..63];
    let long = [&bytes(&one)[..], &[0; 32]].concat();
    for wrong in [&forged[..], short, &long, &[0; 32], &[0; 64], &[]] {
        let token = URL_SAFE_NO_PAD.encode(wrong);
        let fields = [("csrf", &*token), ("username", "ysolde"), ("password", PASSWORD)];
        browser.post("/login", &fields).await.expect(403);
    }
    // Both, and the one of a page from before they were masked.
    let unmasked = URL_SAFE_NO_PAD.encode(bare(&one));
    for token in [one, other, unmasked] {
        let fields = [("csrf", &*token), ("username", "ysolde"), ("password", "wrong")];
        browser.post("/login", &fields).await.expect(401);
    }
    // A page that the browser keeps is the same page under another mask.
    let mut browser = server.signed_in(&person).await;
    let docs = browser.get("/docs/api").await.expect(200);
    let request = browser.request(Method::GET, "/docs/api");
    Answer::to(request.header("if-none-match", docs.header("etag"))).await.expect(304);
    let mut again = server.signed_in(&person).await;
    let request = again.request(Method::GET, "/docs/api");
    let token = docs.hidden("csrf");
    Answer::to(request.header("if-none-match", docs.header("etag"))).await.expect(200);
    again.post("/logout", &[("csrf", &token)]).await.expect(403);
    browser.post("/logout", &[("csrf", &token)]).await.expect(303);
}

#[rstest]
#[tokio::test]
async fn pages_without_forms_need_no_cookie(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    cup(&api).await;
    for path in ["/", "/tournaments", "/cup", "/docs/api", "/docs/embed", "/nothing_here"] {
        let page = server.get(path).await;
        assert!(!page.text.contains("name=\"csrf\""), "{path}");
        assert_eq!(page.header("set-cookie"), "", "{path}");
    }
    for path in ["/login", "/signup"] {
        let page = server.get(path).await;
        assert!(page.text.contains("name=\"csrf\""), "{path}");
        assert!(page.header("set-cookie").starts_with("tly_form="), "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn a_page_is_rendered_once_a_revision(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api).await;
    let paths = ["/cup", "/cup/live", "/cup/module", "/cup/module/live", "/cup.svg"];
    let mut pages = Vec::new();
    for path in paths {
        pages.push(Raw::gzip(server.request(Method::GET, path)).await.bytes);
    }
    // Nothing but the tournament's row is read again.
    let before = server.core.store().stats().reads;
    for _ in 0..10 {
        for (path, page) in paths.iter().zip(&pages) {
            assert_eq!(Raw::gzip(server.request(Method::GET, path)).await.bytes, *page, "{path}");
        }
    }
    let reads = server.core.store().stats().reads - before;
    assert!((50..75).contains(&reads), "{reads} reads for 50 requests");
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    for (path, page) in paths.iter().zip(&pages) {
        assert_ne!(Raw::gzip(server.request(Method::GET, path)).await.bytes, *page, "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn pages_that_are_kept_show_names_as_they_are(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let ada = server.person("ada").await;
    let api = server.key_of(&ada).await;
    let community = json!({"name": "Nerdfest", "permalink": "nf"});
    let made = api.post("/communities.json", community).await.expect(201).data();
    let community = format!("/communities/{}", made["id"].as_str().unwrap());
    let attributes = json!({"name": "Cup", "url": "cup", "tournament_type": "swiss"});
    api.post("/communities/nf/tournaments.json", attributes).await.expect(201);
    let live = server.get("/cup/live").await.expect(200);
    let known = live.header("etag").to_owned();
    let again = async || {
        let request = server.request(Method::GET, "/cup/live");
        Answer::to(request.header("if-none-match", &known)).await
    };
    again().await.expect(304);
    let names = async |shown: &[&str], gone: &[&str]| {
        for path in ["/cup", "/cup/module"] {
            let page = server.get(path).await.expect(200);
            assert!(path != "/cup" || shown.iter().all(|it| page.text.contains(it)), "{shown:?}");
            assert!(gone.iter().all(|it| !page.text.contains(it)), "{path} {gone:?}");
        }
    };
    names(&["Nerdfest", "\"/communities/nf\"", ">ada<"], &[]).await;
    let renamed = json!({"name": "Nerds", "permalink": "nerds"});
    api.put(&format!("{community}.json"), renamed).await.expect(200);
    server.clock.advance(2_000);
    names(&["Nerds<", "\"/communities/nerds\""], &["Nerdfest", "/communities/nf\""]).await;
    again().await.expect(200);
    let grace = server.person("grace").await;
    let member = [("username", "grace"), ("role", "owner")];
    let (edit, members) = ("/communities/nerds/edit", "/communities/nerds/members");
    server.signed_in(&ada).await.submit(edit, members, &member).await.expect(303);
    assert_ne!(grace.id, ada.id);
    server.core.delete_account(&Actor::Operator, ada.id, Origin::default()).await.unwrap();
    server.clock.advance(2_000);
    names(&[&format!("deleted {}", ada.id)], &[">ada<"]).await;
    assert!(!server.get("/cup/live").await.expect(200).text.contains(">ada<"));
}

#[rstest]
#[tokio::test]
async fn what_an_address_asks_for_in_vain_is_the_page_itself(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    cup(&api).await;
    for path in ["/cup", "/cup/live"] {
        let page = server.get(path).await.expect(200);
        for query in ["stage=2", "stage=4294967295&round=99", "round=4294967295", "round=0"] {
            assert_eq!(server.get(&format!("{path}?{query}")).await.text, page.text, "{query}");
        }
    }
    // The same page around the bracket is made once, however many look, and is everybody's.
    let paths = ["/cup/standings", "/cup/matches", "/cup/participants", "/cup/log"];
    let mut pages = Vec::new();
    for path in paths {
        pages.push(server.get(path).await.expect(200).text);
    }
    let before = server.core.store().stats().reads;
    for _ in 0..10 {
        for (path, page) in paths.iter().zip(&pages) {
            assert_eq!(server.get(path).await.text, *page, "{path}");
        }
    }
    let reads = server.core.store().stats().reads - before;
    assert!((40..60).contains(&reads), "{reads} reads for 40 requests");
    let person = server.person("ysolde").await;
    let mut hers = server.signed_in(&person).await;
    for (path, page) in paths.iter().zip(&pages) {
        assert!(hers.get(path).await.text.contains("ysolde"), "{path}");
        assert_eq!(server.get(path).await.text, *page, "{path}");
        assert_eq!(server.get(&format!("{path}?page=1")).await.status, 200, "{path}");
        assert_eq!(server.get(&format!("{path}?page=99")).await.status, 200, "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn nobody_gets_the_page_of_somebody_else(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("ysolde").await;
    let api = server.key_of(&person).await;
    let t = cup(&api).await;
    let mut hers = server.signed_in(&person).await;
    let other = server.person("mallory").await;
    let mut theirs = server.signed_in(&other).await;
    let of_strangers = async || server.get("/cup").await.expect(200);
    for _ in 0..2 {
        let page = hers.get("/cup").await.expect(200);
        assert!(page.text.contains("/cup/manage") && page.text.contains("<bdi>ysolde</bdi>"));
        assert!(!page.hidden("csrf").is_empty());
        let page = theirs.get("/cup").await.expect(200);
        assert!(!page.text.contains("/cup/manage") && page.text.contains("<bdi>mallory</bdi>"));
        let page = of_strangers().await;
        for private in ["/cup/manage", "mallory", "csrf", "Sign out"] {
            assert!(!page.text.contains(private), "{private}");
        }
    }
    // A session that has ended is nobody's.
    let mut ended = server.browser();
    ended.cookies = hers.clone_cookies();
    let csrf = hers.get("/cup").await.hidden("csrf");
    hers.post("/logout", &[("csrf", &csrf)]).await.expect(303);
    assert_eq!(ended.get("/cup").await.expect(200).text, of_strangers().await.text);
    // One that becomes private is out of search engines at once, and back again.
    for private in [true, false] {
        api.put(&format!("{t}.json"), json!({"private": private})).await.expect(200);
        for _ in 0..2 {
            let robots = if private { "noindex" } else { "" };
            assert_eq!(of_strangers().await.header("x-robots-tag"), robots);
        }
    }
    api.delete(&format!("{t}.json")).await.expect(204);
    server.get("/cup").await.expect(404);
    theirs.get("/cup").await.expect(404);
}

/// The next piece of a stream, empty at its end.
async fn told(
    stream: &mut (impl futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Unpin),
) -> String {
    let piece = timeout(Duration::from_secs(5), stream.next()).await.unwrap();
    piece.map_or_else(String::new, |piece| String::from_utf8(piece.unwrap().to_vec()).unwrap())
}

#[rstest]
#[tokio::test]
async fn one_more_watcher_costs_no_query(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let beside = server.beside().await;
    let api = server.organizer("marshal").await;
    let t = cup(&api).await;
    let open = async |path: &str| {
        let answer = server.request(Method::GET, path).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let mut stream = Box::pin(answer.bytes_stream());
        let hello = told(&mut stream).await;
        (stream, hello)
    };
    let (mut first, hello) = open("/cup/events").await;
    let before = server.core.store().stats().reads;
    let mut others = Vec::new();
    for path in ["/cup/events", "/CUP/events"].repeat(25) {
        let (stream, same) = open(path).await;
        assert_eq!(same, hello);
        others.push(stream);
    }
    let reads = server.core.store().stats().reads - before;
    assert!(reads < 10, "{reads} reads for 50 watchers");
    // Under another slug since, by another node: as soon as that is told here, it counts.
    let there = beside.api(api.credential());
    there.put(&format!("{t}.json"), json!({"url": "moved"})).await.expect(200);
    told(&mut first).await;
    server.get("/cup/events").await.expect(308);
    let (mut moved, _) = open("/moved/events").await;
    let of = there.match_named(&t, "A").await;
    there.win(&t, &of, 1).await.expect(200);
    assert_eq!(told(&mut moved).await, told(&mut first).await);
    // Another one at the old slug is another one.
    there.tournament(json!({"name": "Another", "url": "cup"}), 2).await;
    let (_, hello) = open("/cup/events").await;
    assert!(hello.contains("id: 2\n"), "{hello}");
    there.delete(&format!("{t}.json")).await.expect(204);
    assert_eq!(told(&mut moved).await, "");
    server.get("/moved/events").await.expect(404);
}
