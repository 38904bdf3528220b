//! Which of the two formats an answer has: by the path's suffix, or by `Accept`.

use axum::http::{HeaderMap, StatusCode, header::ACCEPT};
use serde::Serialize;

use super::{error::ApiError, xml};

/// A format of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Format {
    /// JSON, where nothing is said.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl Format {
    /// What its answers are sent as.
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "application/xml; charset=utf-8",
        }
    }

    /// Splits the format off a path: `/tournaments.xml`. A suffix that names neither is refused.
    pub(super) fn of_path(path: &str) -> (&str, Option<Result<Self, ApiError>>) {
        let last = path.rfind('/').map_or(0, |slash| slash + 1);
        let Some(dot) = path[last..].rfind('.').map(|dot| last + dot) else { return (path, None) };
        let format = match &path[dot + 1..] {
            suffix if suffix.eq_ignore_ascii_case("json") => Ok(Self::Json),
            suffix if suffix.eq_ignore_ascii_case("xml") => Ok(Self::Xml),
            _ => Err(not_acceptable()),
        };
        (&path[..dot], Some(format))
    }

    /// The format that `Accept` likes best; JSON where it does not care.
    pub(super) fn of_accept(headers: &HeaderMap) -> Result<Self, ApiError> {
        let mut best: Option<(f32, Self)> = None;
        let mut said = false;
        for range in headers.get_all(ACCEPT).iter().filter_map(|it| it.to_str().ok()) {
            for range in range.split(',').filter(|range| !range.trim().is_empty()) {
                said = true;
                let mut parts = range.split(';').map(str::trim);
                let format = match parts.next().unwrap_or_default().to_ascii_lowercase().as_str() {
                    "application/json" | "text/json" | "application/*" | "*/*" => Self::Json,
                    "application/xml" | "text/xml" => Self::Xml,
                    _ => continue,
                };
                let weight = parts
                    .find_map(|part| part.strip_prefix("q="))
                    .map_or(1.0, |weight| weight.parse().unwrap_or(0.0));
                if weight > 0.0 && best.is_none_or(|(known, _)| weight > known) {
                    best = Some((weight, format));
                }
            }
        }
        match best {
            Some((_, format)) => Ok(format),
            None if said => Err(not_acceptable()),
            None => Ok(Self::Json),
        }
    }

    /// A document in this format. Only lists need the name of their root.
    pub(super) fn write(self, root: &str, document: &impl Serialize) -> Result<Vec<u8>, ApiError> {
        match self {
            Self::Json => serde_json::to_vec(document).map_err(|error| failed(&error)),
            Self::Xml => xml::write(root, document).map_err(|error| failed(&error)),
        }
    }
}

fn failed(error: &dyn std::error::Error) -> ApiError {
    tiltyard_core::Error::internal(error).into()
}

fn not_acceptable() -> ApiError {
    ApiError::new(
        StatusCode::NOT_ACCEPTABLE,
        "Requested format is not supported: ask for JSON or XML, by .json or .xml at the end of the \
         path or by Accept.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[rstest::rstest]
    #[case("", Some(Format::Json))]
    #[case("*/*", Some(Format::Json))]
    #[case("application/xml", Some(Format::Xml))]
    #[case("application/json, text/xml", Some(Format::Json))]
    #[case("application/json;q=0.5, text/xml", Some(Format::Xml))]
    #[case("text/html,application/xhtml+xml,*/*;q=0.8", Some(Format::Json))]
    #[case("text/html", None)]
    #[case("application/json;q=0", None)]
    fn accepted(#[case] accept: &'static str, #[case] format: Option<Format>) {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().unwrap());
        assert_eq!(Format::of_accept(&headers).ok(), format);
    }

    #[rstest::rstest]
    #[case("/tournaments.json", "/tournaments", Ok(Some(Format::Json)))]
    #[case("/tournaments/cup.XML", "/tournaments/cup", Ok(Some(Format::Xml)))]
    #[case("/tournaments.yaml", "/tournaments", Err(()))]
    #[case("/a.b/cup", "/a.b/cup", Ok(None))]
    fn suffixes(
        #[case] path: &str,
        #[case] rest: &str,
        #[case] format: Result<Option<Format>, ()>,
    ) {
        let (found, suffix) = Format::of_path(path);
        assert_eq!((found, suffix.transpose().map_err(drop)), (rest, format));
    }
}
