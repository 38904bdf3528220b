//! Tournaments in other places: pictures, previews, oEmbed, frames, overlays.

use reqwest::Method;
use rstest::rstest;
use serde_json::json;
use tiltyard_store::Engine::{self, Postgres, Sqlite};

use crate::support::{Answer, Api, TestServer};

async fn cup(api: &Api<'_>, slug: &str) -> String {
    let t = api
        .tournament(
            json!({"name": "Spring <b>&\" Cup", "url": slug, "tournament_type": "double elimination"}),
            6,
        )
        .await;
    api.state(&t, "start").await.expect(200);
    t
}

/// Width and height of a PNG.
async fn png(server: &TestServer, path: &str) -> (u32, u32, usize, String) {
    let answer = server.request(Method::GET, path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/png");
    assert!(header("content-security-policy").contains("sandbox"));
    assert!(answer.headers().get("set-cookie").is_none());
    let tag = header("etag");
    let bytes = answer.bytes().await.unwrap();
    assert_eq!(&bytes[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    (number(16), number(20), bytes.len(), tag)
}

#[rstest]
#[tokio::test]
async fn pictures_are_drawn_once_a_revision(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, "drawn").await;
    let (width, height, bytes, tag) = png(&server, "/drawn.png").await;
    let drawing = server.get("/drawn.svg").await.expect(200).text;
    assert!(drawing.contains(&format!("width=\"{width}\" height=\"{height}\"")), "the same size");
    assert!(bytes > 5_000, "something is drawn");
    let (width, height, _, _) = png(&server, "/DRAWN.png?size=card").await;
    assert_eq!((width, height), (1200, 630));
    let dark = png(&server, "/drawn.png?theme=dark").await;
    assert_eq!(dark.3, tag);
    for form in ["png", "svg"] {
        let again = server.request(Method::GET, &format!("/drawn.{form}"));
        Answer::to(again.header("if-none-match", &tag)).await.expect(304);
    }
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    assert_ne!(png(&server, "/drawn.png").await.3, tag);
    // Any query is answered.
    for query in
        ["?stage=0", "?stage=-1", "?size=%00", "?theme=%3Cscript%3E", "?stage=x&size=card&size=y"]
    {
        png(&server, &format!("/drawn.png{query}")).await;
    }
    server.get("/drawn.png?stage=99").await.expect(404);
    server.get("/nothing_there.png").await.expect(404);
    // Before there is anything to draw, the card shows the name alone.
    api.tournament(json!({"name": "Empty", "url": "empty_one"}), 0).await;
    server.get("/empty_one.png").await.expect(404);
    assert_eq!(png(&server, "/empty_one.png?size=card").await.0, 1200);
}

#[rstest]
#[tokio::test]
async fn links_have_a_preview(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    cup(&api, "shared").await;
    let page = server.get("/shared").await.expect(200).text;
    let base = &server.url;
    for part in [
        format!("<meta property=\"og:image\" content=\"{base}/shared.png?size=card\">"),
        "<meta property=\"og:image:width\" content=\"1200\">".to_owned(),
        "<meta property=\"og:image:height\" content=\"630\">".to_owned(),
        "<meta property=\"og:image:alt\" content=\"Bracket of Spring &#60;b&#62;&#38;&#34; Cup\">"
            .to_owned(),
        "<meta name=\"twitter:card\" content=\"summary_large_image\">".to_owned(),
    ] {
        assert!(page.contains(&part), "{part}");
    }
    let (_, rest) = page.split_once("type=\"application/json+oembed\"").unwrap();
    let (_, rest) = rest.split_once("href=\"").unwrap();
    let address = rest.split_once('"').unwrap().0.replace("&amp;", "&");
    let answer = server.get(address.strip_prefix(base.as_str()).unwrap()).await.expect(200);
    assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
    let embed = answer.json();
    assert_eq!(embed["version"], "1.0");
    assert_eq!(embed["type"], "rich");
    assert_eq!(embed["title"], "Spring <b>&\" Cup");
    assert_eq!(embed["author_name"], "marshal");
    assert_eq!(embed["thumbnail_url"], format!("{base}/shared.png?size=card"));
    let html = embed["html"].as_str().unwrap();
    assert!(html.starts_with(&format!("<iframe src=\"{base}/shared/module?")), "{html}");
    assert!(html.contains("title=\"Spring &lt;b&gt;&amp;&quot; Cup\""), "{html}");
}

#[rstest]
#[tokio::test]
async fn oembed_keeps_to_its_rules(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    cup(&api, "asked").await;
    let base = server.url.clone();
    let ask = async |address: &str, more: &str| {
        let address: String = form_urlencoded::byte_serialize(address.as_bytes()).collect();
        server.get(&format!("/oembed?url={address}{more}")).await
    };
    for form in
        ["", "/", "/module", "/module?theme=dark", ".svg", ".png?size=card", "/overlay#x", "?a=b"]
    {
        ask(&format!("{base}/asked{form}"), "").await.expect(200);
    }
    let small =
        ask(&format!("{base}/ASKED"), "&maxwidth=400&maxheight=10").await.expect(200).json();
    assert_eq!((&small["width"], &small["height"]), (&json!(400), &json!(120)));
    let xml = ask(&format!("{base}/asked"), "&format=xml").await.expect(200);
    assert_eq!(xml.header("content-type"), "text/xml; charset=utf-8");
    assert!(xml.text.contains("<title>Spring &lt;b&gt;&amp;"), "{}", xml.text);
    // A status of its own in the specification, and no failure of the server.
    let path = format!("/oembed?url={base}/asked&format=yaml");
    Answer::unchecked(server.request(Method::GET, &path)).await.expect(501);
    server.get("/oembed").await.expect(400);
    for address in [
        "",
        "asked",
        "/asked",
        "https://elsewhere.example/asked",
        &format!("{base}.evil.example/asked"),
        &format!("{base}@evil.example/asked"),
        &format!("{base}/"),
        &format!("{base}/nothing_there"),
        &format!("{base}/asked/events"),
        &format!("{base}/../asked"),
        &format!("{base}/1"),
        &format!("{base}/%00"),
        "\u{1f6e1}",
    ] {
        ask(address, "").await.expect(404);
    }
}

#[rstest]
#[tokio::test]
async fn only_the_module_goes_into_frames(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let person = server.person("marshal").await;
    let api = server.key_of(&person).await;
    cup(&api, "framed").await;
    let mut nobody = server.browser();
    let mut browser = server.signed_in(&person).await;
    for browser in [&mut nobody, &mut browser] {
        for (path, anywhere) in [
            ("/framed/module", true),
            ("/framed/module?subdomain=&csrf=1", true),
            ("/framed/module/live", false),
            ("/framed/overlay", false),
            ("/framed/overlay/live?show=bracket", false),
        ] {
            let page = browser.get(path).await.expect(200);
            let policy = page.header("content-security-policy");
            let frames = if anywhere { "frame-ancestors *" } else { "frame-ancestors 'none'" };
            assert!(policy.ends_with(frames), "{path}: {policy}");
            for part in [
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "form-action 'none'",
                "base-uri 'none'",
            ] {
                assert!(policy.contains(part) && !policy.contains("unsafe"), "{path}: {policy}");
            }
            assert_eq!(page.header("x-frame-options").is_empty(), anywhere, "{path}");
            assert_eq!(page.header("set-cookie"), "", "{path}");
            // The same for everybody: no session is looked at.
            assert!(!page.text.contains("marshal</bdi>") && !page.text.contains("name=\"csrf\""));
            assert!(!page.text.contains("style=\"") && !page.text.contains("<script>"), "{path}");
            assert!(!page.text.contains("Spring <b>"), "{path}");
        }
        for path in ["/framed", "/docs/embed", "/docs/embed?tournament=framed", "/"] {
            let page = browser.get(path).await.expect(200);
            assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
            assert_eq!(page.header("x-frame-options"), "DENY", "{path}");
        }
    }
    for path in [
        "/nothing_there/module",
        "/framed/module?subdomain=nobody",
        "/nothing_there/overlay",
        "/nothing_there/module/live",
        "/1/module",
    ] {
        let page = server.get(path).await.expect(404);
        assert!(page.text.len() < 100, "a line");
    }
    assert!(
        server
            .get("/docs/embed?tournament=framed")
            .await
            .expect(200)
            .header("content-security-policy")
            .contains("frame-src 'self'")
    );
}

#[rstest]
#[tokio::test]
async fn parameters_shape_the_module(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, "shaped").await;
    let plain = server.get("/shaped/module").await.expect(200).text;
    let width = |page: &str| {
        let (_, rest) = page.split_once("<svg class=\"bracket\"").unwrap();
        let (_, rest) = rest.split_once(" width=\"").unwrap();
        rest.split_once('"').unwrap().0.parse::<u32>().unwrap()
    };
    let natural = width(&plain);
    let columns = (natural - 2 * 16 + 36) / (216 + 36);
    for (query, expected) in [
        ("multiplier=2", natural * 2),
        ("multiplier=100", natural * 3),
        ("multiplier=0.0001", natural * 30 / 100),
        ("multiplier=abc&unknown=%00", natural),
        // Matches alone grow; the space between them stays.
        ("match_width_multiplier=2", natural + 216 * columns),
        ("match_width_multiplier=99", natural + 2 * 216 * columns),
    ] {
        let page = server.get(&format!("/shaped/module?{query}")).await.expect(200).text;
        assert_eq!(width(&page), expected, "{query}");
    }
    assert!(plain.contains("<header class=\"embed-head visually-hidden\">"));
    assert!(!plain.contains("data-theme"));
    assert!(
        plain
            .contains("data-live-url=\"/shaped/events\" data-fragment-url=\"/shaped/module/live\"")
    );
    let dressed = "theme=dark&show_tournament_name=1&show_live_status=1&scale_to_fit=1&show_final_results=1&tab=standings";
    let page = server.get(&format!("/shaped/module?{dressed}")).await.expect(200).text;
    for part in [
        "<html lang=\"en\" data-theme=\"dark\">",
        "embed-fit",
        "<header class=\"embed-head\">",
        "<table class=\"standings",
        "scale_to_fit=1",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // Live, and rendered for what was asked.
    let part = server.get("/shaped/module/live?multiplier=2").await.expect(200);
    assert_eq!(width(&part.text), natural * 2);
    let tag = part.header("etag").to_owned();
    let again = || {
        server
            .request(Method::GET, "/shaped/module/live?multiplier=2")
            .header("if-none-match", &tag)
    };
    Answer::to(again()).await.expect(304);
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    assert_ne!(Answer::to(again()).await.expect(200).text, part.text);
    // Hostile parameters get nowhere.
    for query in [
        "theme=%22%3E%3Cscript%3E",
        "tab=%3Cscript%3E",
        "multiplier=%22onload%3D",
        "subdomain=",
        "theme[]=1",
        "&&&==&%ff",
    ] {
        let page = server.get(&format!("/shaped/module?{query}")).await.expect(200).text;
        assert!(!page.contains("<script>") && !page.contains("onload"), "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn overlays_show_what_is_played(#[values(Sqlite, Postgres)] engine: Engine) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t = cup(&api, "streamed").await;
    let label = |page: &str| {
        let (_, rest) = page.split_once("<section class=\"over-match").unwrap();
        let (_, rest) = rest.split_once("aria-label=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let page = server.get("/streamed/overlay").await.expect(200).text;
    assert!(label(&page).starts_with("Match A, "), "the next match");
    assert!(page.contains("data-fragment-url=\"/streamed/overlay/live?show=match\""));
    let of = api.match_named(&t, "A").await;
    api.win(&t, &of, 1).await.expect(200);
    let page = server.get("/streamed/overlay/live?show=match").await.expect(200).text;
    assert!(label(&page).starts_with("Match B, "), "the one after it");
    let page = server.get("/streamed/overlay?match=a&theme=light").await.expect(200).text;
    assert!(label(&page).starts_with("Match A, ") && page.contains("data-theme=\"light\""));
    for (name, letter) in [("1-a", "A"), ("2-A", "B")] {
        let page = server.get(&format!("/streamed/overlay?match={name}")).await.expect(200).text;
        let expected = format!("Match {letter}, ");
        assert!(label(&page).starts_with(&expected), "{name}: there is no second stage");
        assert!(page.contains(&format!("show=match&#38;match={name}\"")), "and it goes on with it");
    }
    let board = server.get("/streamed/overlay?show=scoreboard").await.expect(200).text;
    assert!(board.contains("over-board") && board.contains("over-row over-complete"));
    let bracket = server.get("/streamed/overlay?show=bracket&multiplier=2").await.expect(200).text;
    assert!(
        bracket.contains("<svg class=\"bracket\"")
            && bracket.contains("multiplier=2.00&#38;show=bracket")
    );
    for query in ["show=%3Cb%3E", "match=%22%3E%3Cscript%3E", "match=ZZZZ", "show=&match="] {
        let page = server.get(&format!("/streamed/overlay?{query}")).await.expect(200).text;
        assert!(!page.contains("<script>") && !page.contains("<b>"), "{query}");
    }
}

#[rstest]
#[tokio::test]
async fn private_ones_are_shown_to_whoever_knows_the_address(
    #[values(Sqlite, Postgres)] engine: Engine,
) {
    let server = TestServer::start(engine).await;
    let api = server.organizer("marshal").await;
    let t =
        api.tournament(json!({"name": "Secret", "url": "secret_one", "private": true}), 4).await;
    api.state(&t, "start").await.expect(200);
    for path in ["/secret_one", "/secret_one/module", "/secret_one/overlay", "/secret_one.png"] {
        let page = server.request(Method::GET, path).send().await.unwrap();
        assert_eq!(page.status(), 200, "{path}");
        assert_eq!(page.headers()["x-robots-tag"], "noindex", "{path}");
    }
}

#[rstest]
#[tokio::test]
async fn modules_of_scripts_are_for_other_sites(#[values(Sqlite)] engine: Engine) {
    let server = TestServer::start(engine).await;
    for name in ["tiltyard-embed.js", "embed.js", "playground.js", "embed.css"] {
        let file = server.get(&format!("/assets/{name}")).await.expect(200);
        assert_eq!(file.header("access-control-allow-origin"), "*");
        assert!(!file.text.contains("eval(") && !file.text.contains("innerHTML"), "{name}");
    }
}
