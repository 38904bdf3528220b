//! Paths as the platforms' clients write them: an optional `.json`, doubled slashes, a trailing
//! slash. Rewritten before routing, so that each route exists once.

use axum::{
    extract::Request,
    http::{HeaderValue, Uri, header::HOST},
};

/// Paths of APIs; pages keep theirs as they are.
const API_PREFIXES: [&str; 9] = [
    "/v2.1/",
    "/v2/",
    "/v1/",
    "/oauth/",
    "/oauth2/",
    "/api/",
    "/account/v2/",
    "/users/",
    "/.well-known/",
];

/// Ends of paths of v2.1 and what they stand for.
const ALIASES: [(&str, &str); 2] =
    [("/change_stage", "/change_state"), ("/participants/bulk_create", "/participants/bulk_add")];

/// Rewrites the request's path where it belongs to an API.
pub(crate) fn request(mut request: Request) -> Request {
    // HTTP/2 names the host in the request's address.
    if !request.headers().contains_key(HOST)
        && let Some(authority) = request.uri().authority()
        && let Ok(host) = HeaderValue::from_str(authority.as_str())
    {
        request.headers_mut().insert(HOST, host);
    }
    if let Some(path) = path(request.uri().path()) {
        let with_query = match request.uri().query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let mut parts = std::mem::take(request.uri_mut()).into_parts();
        if let Ok(path_and_query) = with_query.parse() {
            parts.path_and_query = Some(path_and_query);
        }
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// Whether a path is one of an API's.
pub(crate) fn is_of_api(path: &str) -> bool {
    API_PREFIXES.iter().any(|prefix| path.starts_with(prefix))
}

/// The canonical path, if it differs.
fn path(path: &str) -> Option<String> {
    let collapsed = path.contains("//").then(|| {
        let mut collapsed = String::with_capacity(path.len());
        for part in path.split('/').filter(|part| !part.is_empty()) {
            collapsed.push('/');
            collapsed.push_str(part);
        }
        collapsed
    });
    let slim = collapsed.as_deref().unwrap_or(path);
    if !is_of_api(slim) {
        return None;
    }
    let cut = slim.strip_suffix('/').unwrap_or(slim);
    let moved = of_before_2014(cut);
    let mut cut = moved.as_deref().unwrap_or(cut);
    if slim.starts_with("/v2.1/") || slim.starts_with("/v2/") {
        cut = cut.strip_suffix(".json").unwrap_or(cut);
        // As it is misspelt in the published document, and so by clients made from it (reference/challonge
        // §2, NCV's in §3.2).
        for (misspelt, end) in ALIASES {
            if let Some(start) = cut.strip_suffix(misspelt) {
                return Some(format!("{start}{end}"));
            }
        }
    }
    (cut != path).then(|| cut.to_owned())
}

/// The oldest addresses of Challonge's API v1 (reference/challonge §1.1).
fn of_before_2014(path: &str) -> Option<String> {
    let rest = path.strip_prefix("/api")?;
    if rest.starts_with("/v1/") {
        return Some(rest.to_owned());
    }
    let after = rest.strip_prefix("/tournaments")?;
    (after.is_empty() || after.starts_with(['/', '.'])).then(|| format!("/v1{rest}"))
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case("/v1/tournaments.xml", None)]
    #[case("//v1/tournaments/cup.json/", Some("/v1/tournaments/cup.json"))]
    #[case("/api/v1/tournaments.json", Some("/v1/tournaments.json"))]
    #[case("/api/tournaments.xml", Some("/v1/tournaments.xml"))]
    #[case("/api/tournaments/cup", Some("/v1/tournaments/cup"))]
    #[case("/api/tournamentsx", None)]
    #[case("/api/user", None)]
    #[case("/v2.1/me.json", Some("/v2.1/me"))]
    #[case("/v2/me.json", Some("/v2/me"))]
    #[case("/v2.1/me", None)]
    #[case("//v2.1//tournaments.json", Some("/v2.1/tournaments"))]
    #[case("/v2.1/tournaments/", Some("/v2.1/tournaments"))]
    #[case(
        "/v2.1/communities/c/tournaments/t/matches/1/change_stage.json",
        Some("/v2.1/communities/c/tournaments/t/matches/1/change_state")
    )]
    #[case(
        "/v2.1/tournaments/t/participants/bulk_create",
        Some("/v2.1/tournaments/t/participants/bulk_add")
    )]
    #[case("/v1/tournaments/bulk_create", None)]
    #[case("/oauth/token/", Some("/oauth/token"))]
    #[case("/api/access_token/", Some("/api/access_token"))]
    #[case("/oauth2/authorize/", Some("/oauth2/authorize"))]
    #[case("/users/me/", Some("/users/me"))]
    #[case("/account/v2/me/info/", Some("/account/v2/me/info"))]
    #[case("/account/", None)]
    #[case("/spring.json", None)]
    #[case("/", None)]
    fn api_paths_have_one_form(#[case] path: &str, #[case] canonical: Option<&str>) {
        assert_eq!(super::path(path).as_deref(), canonical);
    }
}
