//! Answers, read to their end and held to what every answer must be.

use reqwest::{RequestBuilder, header::HeaderMap};
use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// Sends the request. No request whatever may make the server fail.
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let answer = Self::unchecked(request).await;
        assert!(answer.status < 500, "the server failed: {answer:?}");
        answer
    }

    /// Sends a request that the server may be too busy for.
    pub(crate) async fn unchecked(request: RequestBuilder) -> Self {
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let headers = answer.headers().clone();
        // A stream has no end; its head is all that is asked for.
        let endless = headers.get("content-type").is_some_and(|kind| kind == "text/event-stream");
        let text = if endless { String::new() } else { answer.text().await.unwrap() };
        Self { status, headers, text }
    }

    /// The answer, if it has this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// A header's text, empty if it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// `data` of a JSON:API document.
    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        self.json()["data"].take()
    }

    /// Where a redirect leads to.
    #[track_caller]
    pub(crate) fn location(&self) -> &str {
        let location = self.header("location");
        assert!(!location.is_empty(), "no redirect: {} {}", self.status, self.text);
        location
    }

    /// The value of a hidden field of the page.
    #[track_caller]
    pub(crate) fn hidden(&self, name: &str) -> String {
        hidden(&self.text, name)
            .unwrap_or_else(|| panic!("no field {name}: {} {}", self.status, self.text))
    }
}

/// The value of the first hidden field of this name in a page.
fn hidden(page: &str, name: &str) -> Option<String> {
    let start = format!("name=\"{name}\" value=\"");
    let (_, rest) = page.split_once(&start)?;
    let (value, _) = rest.split_once('"')?;
    Some(value.replace("&#38;", "&").replace("&amp;", "&"))
}

/// A parameter in the query of an address.
pub(crate) fn query_of(address: &str, name: &str) -> Option<String> {
    let url = url::Url::parse(address).unwrap();
    url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
}
