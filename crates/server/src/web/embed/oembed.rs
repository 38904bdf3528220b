//! `/oembed`: how another site embeds a tournament (oEmbed 1.0).

use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use quick_xml::{
    Writer,
    events::{BytesDecl, BytesText, Event},
};
use serde_json::{Map, Value, json};
use tiltyard_core::Error;
use tiltyard_pages::embed::{PREVIEW_HEIGHT, PREVIEW_WIDTH};

use super::asked;
use crate::App;

/// The size of an embed where nothing else is asked for, and the least that can be used.
const WIDTH: u32 = 960;
const HEIGHT: u32 = 600;
const LEAST: u32 = 120;

fn plain(status: StatusCode, text: &'static str) -> Response {
    (status, text).into_response()
}

/// What of our addresses names a tournament: the page, or one of its forms.
fn slug(app: &App, address: &str) -> Option<String> {
    let mut known = (0..=app.options().other_urls.len()).map(|index| app.base_at(index));
    let path = known.find_map(|base| {
        let (start, rest) = address.split_at_checked(base.len())?;
        start.eq_ignore_ascii_case(base).then(|| rest.strip_prefix('/')).flatten()
    })?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.strip_suffix('/').unwrap_or(path);
    let form = ["/module", "/overlay", ".svg", ".png"].iter().find_map(|it| path.strip_suffix(it));
    let slug = form.unwrap_or(path);
    let sane = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (!slug.is_empty() && slug.chars().all(sane)).then(|| slug.to_owned())
}

/// A length that fits below what was asked for.
fn within(wanted: u32, most: Option<&str>) -> u32 {
    most.and_then(|most| most.parse().ok()).map_or(wanted, |most: u32| wanted.min(most).max(LEAST))
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

fn xml(fields: &Map<String, Value>) -> Result<Vec<u8>, std::io::Error> {
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), Some("yes"))))?;
    writer.create_element("oembed").write_inner_content(|inner| {
        for (name, value) in fields {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            // What XML cannot hold becomes the sign for it.
            let allowed = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
            let text: String =
                text.chars().map(|c| if allowed(c) { c } else { '\u{fffd}' }).collect();
            inner.create_element(name.as_str()).write_text_content(BytesText::new(&text))?;
        }
        Ok(())
    })?;
    Ok(writer.into_inner())
}

/// The description of the embed of an address.
pub(super) async fn describe(State(app): State<App>, request: Request) -> Response {
    let query = request.uri().query();
    let format = asked(query, "format").unwrap_or_else(|| "json".to_owned());
    if !matches!(format.as_str(), "json" | "xml") {
        return plain(StatusCode::NOT_IMPLEMENTED, "The formats are json and xml.\n");
    }
    let Some(address) = asked(query, "url") else {
        return plain(StatusCode::BAD_REQUEST, "The query has no url.\n");
    };
    let nothing = || plain(StatusCode::NOT_FOUND, "No tournament of this site has this address.\n");
    let Some(slug) = slug(&app, &address) else { return nothing() };
    let tournament = match app.core().tournament_page(&slug).await {
        Ok(tournament) => tournament,
        Err(Error::NotFound(_)) => return nothing(),
        Err(error) => {
            tracing::error!(?error, "an embed cannot be described");
            return crate::http::plain::internal_error();
        }
    };
    let organizer = match app.core().username(tournament.row.owner_id).await {
        Ok(name) => name.unwrap_or_default(),
        Err(error) => {
            tracing::error!(?error, "an embed cannot be described");
            return crate::http::plain::internal_error();
        }
    };
    let base = app.base(request.headers());
    let page = format!("{base}/{}", tournament.row.slug);
    let width = within(WIDTH, asked(query, "maxwidth").as_deref());
    let height = within(HEIGHT, asked(query, "maxheight").as_deref());
    let name = &tournament.row.name;
    let description = json!({
        "version": "1.0",
        "type": "rich",
        "title": name,
        "author_name": organizer,
        "provider_name": app.core().settings().site_name,
        "provider_url": base,
        "cache_age": 3_600,
        "thumbnail_url": format!("{page}.png?size=card"),
        "thumbnail_width": PREVIEW_WIDTH,
        "thumbnail_height": PREVIEW_HEIGHT,
        "width": width,
        "height": height,
        "html": format!(
            "<iframe src=\"{page}/module?show_tournament_name=1&amp;show_live_status=1\" \
             width=\"{width}\" height=\"{height}\" frameborder=\"0\" loading=\"lazy\" \
             title=\"{}\"></iframe>",
            escaped(name)
        ),
    });
    let fields = description.as_object().cloned().unwrap_or_default();
    let (kind, body) = if format == "xml" {
        match xml(&fields) {
            Ok(body) => ("text/xml; charset=utf-8", body),
            Err(error) => {
                tracing::error!(?error, "an embed cannot be described as XML");
                return crate::http::plain::internal_error();
            }
        }
    } else {
        ("application/json; charset=utf-8", description.to_string().into_bytes())
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Editors in browsers ask, too; it says what the page says to everybody.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if tournament.row.private {
        headers.insert("x-robots-tag", HeaderValue::from_static("noindex"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::{escaped, within};
    use rstest::rstest;

    #[rstest]
    #[case(None, 960)]
    #[case(Some("500"), 500)]
    #[case(Some("5000"), 960)]
    #[case(Some("1"), 120)]
    #[case(Some("0"), 120)]
    #[case(Some("-4"), 960)]
    #[case(Some("wide"), 960)]
    #[case(Some("99999999999999999999"), 960)]
    fn lengths_stay_in_range(#[case] most: Option<&str>, #[case] width: u32) {
        assert_eq!(within(960, most), width);
    }

    #[test]
    fn names_are_no_markup() {
        assert_eq!(escaped("<b a=\"x\">&"), "&lt;b a=&quot;x&quot;&gt;&amp;");
    }
}
