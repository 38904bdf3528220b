//! Request parameters from a query, a form body or a JSON object, read strictly.
//!
//! A parameter without a value counts as absent (RFC 6749 §3.1). Repetitions are kept, so that
//! they can be refused and not silently decided (RFC 6749 §3.1, §3.2); only `resource` may repeat
//! (RFC 8707 §2).

use std::borrow::Cow;
use std::fmt;

use aws_lc_rs::digest;
use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, Visitor};

use crate::error::TokenError;

/// At most so many parameters in one request, empty ones included.
pub const MAX_PARAMETERS: usize = 64;

/// At most so many bytes in one query or body, as sent.
pub const MAX_TOTAL_BYTES: usize = 16 * 1024;

/// The parameters that these endpoints know. `name[…]=` for one of them is somebody's array, not an
/// unknown parameter, and is refused.
pub const PROTOCOL_PARAMETERS: [&str; 37] = [
    "acr_values",
    "assertion",
    "claims",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "community_id",
    "device_code",
    "display",
    "dpop_jkt",
    "grant_type",
    "id_token_hint",
    "login_hint",
    "max_age",
    "nonce",
    "password",
    "prompt",
    "redirect_uri",
    "refresh_token",
    "registration",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "token_type_hint",
    "ui_locales",
    "user_code",
    "username",
];

/// Where a parameter stood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In the query of the address.
    Query,
    /// In a body of `application/x-www-form-urlencoded`.
    Form,
    /// In a body of `application/json`.
    Json,
}

/// Why a request cannot be read at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// More than [`MAX_TOTAL_BYTES`].
    #[error("The request is too large.")]
    TooLarge,
    /// More than [`MAX_PARAMETERS`].
    #[error("The request has too many parameters.")]
    TooMany,
    /// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
    #[error("The request is not encoded correctly.")]
    Encoding,
    /// A NUL character.
    #[error("The request contains a NUL character.")]
    Nul,
    /// The body is not one JSON object.
    #[error("The body is not a JSON object.")]
    Json,
    /// A JSON member is an array or an object.
    #[error("Parameters must be strings, numbers or truth values.")]
    Nested,
}

impl ParamsError {
    /// The HTTP status: 413 for what is too much, 400 for what is malformed.
    pub const fn status(self) -> u16 {
        match self {
            Self::TooLarge | Self::TooMany => 413,
            Self::Encoding | Self::Nul | Self::Json | Self::Nested => 400,
        }
    }
}

impl From<ParamsError> for TokenError {
    fn from(error: ParamsError) -> Self {
        Self::invalid_request(error.to_string())
    }
}

/// A parameter that stands more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("A parameter is given more than once.")]
pub struct Repeated;

impl From<Repeated> for TokenError {
    fn from(error: Repeated) -> Self {
        Self::invalid_request(error.to_string())
    }
}

#[derive(Clone, PartialEq, Eq)]
struct Entry {
    name: String,
    value: String,
    origin: Origin,
}

/// The parameters of one request, in the order sent. The debug form shows names only: values may
/// be secrets.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Params {
    entries: Vec<Entry>,
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.entries.iter().map(|entry| &entry.name)).finish()
    }
}

impl Params {
    /// Reads the part of an address after the question mark.
    pub fn from_query(query: &str) -> Result<Self, ParamsError> {
        Self::from_urlencoded(query.as_bytes(), Origin::Query)
    }

    /// Reads a form body.
    pub fn from_form(body: &[u8]) -> Result<Self, ParamsError> {
        Self::from_urlencoded(body, Origin::Form)
    }

    /// Reads a JSON object of strings, numbers, truth values and nulls (which count as absent).
    pub fn from_json(body: &[u8]) -> Result<Self, ParamsError> {
        if body.len() > MAX_TOTAL_BYTES {
            return Err(ParamsError::TooLarge);
        }
        let mut reader = serde_json::Deserializer::from_slice(body);
        let mut object = JsonObject { params: Self::default(), count: 0, fault: None };
        let read = reader.deserialize_map(&mut object).and_then(|()| reader.end());
        match (object.fault, read) {
            (Some(fault), _) => Err(fault),
            (None, Err(_)) => Err(ParamsError::Json),
            (None, Ok(())) => Ok(object.params),
        }
    }

    fn from_urlencoded(text: &[u8], origin: Origin) -> Result<Self, ParamsError> {
        if text.len() > MAX_TOTAL_BYTES {
            return Err(ParamsError::TooLarge);
        }
        let mut params = Self::default();
        for (index, pair) in
            text.split(|byte| *byte == b'&').filter(|it| !it.is_empty()).enumerate()
        {
            if index == MAX_PARAMETERS {
                return Err(ParamsError::TooMany);
            }
            let (name, value) = match pair.iter().position(|byte| *byte == b'=') {
                Some(at) => (&pair[..at], &pair[at + 1..]),
                None => (pair, &[][..]),
            };
            params.push(decode(name)?, decode(value)?, origin)?;
        }
        Ok(params)
    }

    fn push(&mut self, name: String, value: String, origin: Origin) -> Result<(), ParamsError> {
        if name.contains('\0') || value.contains('\0') {
            return Err(ParamsError::Nul);
        }
        if !value.is_empty() {
            self.entries.push(Entry { name, value, origin });
        }
        Ok(())
    }

    /// These parameters and then the others; the bound on their number holds for both together.
    pub fn merged(mut self, others: Self) -> Result<Self, ParamsError> {
        self.entries.extend(others.entries);
        if self.entries.len() > MAX_PARAMETERS {
            return Err(ParamsError::TooMany);
        }
        Ok(self)
    }

    /// The only value of that name, or none.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut values = self.all(name);
        let first = values.next();
        if values.next().is_some() { Err(Repeated) } else { Ok(first) }
    }

    /// All values of that name, in order; for `resource`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.entries.iter().filter(move |entry| entry.name == name).map(|it| it.value.as_str())
    }

    /// Says whether a value of that name is there.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// Says whether any of these names stood in the query.
    pub fn any_in_query(&self, names: &[&str]) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.origin == Origin::Query && names.contains(&entry.name.as_str()))
    }

    /// Refuses a request in which any parameter but `resource`, known or not, stands twice.
    pub fn refuse_repeated(&self) -> Result<(), Repeated> {
        let repeated = self.entries.iter().enumerate().any(|(index, entry)| {
            entry.name != "resource"
                && self.entries[..index].iter().any(|earlier| earlier.name == entry.name)
        });
        if repeated { Err(Repeated) } else { Ok(()) }
    }

    /// SHA-256 of all parameters but those of one name, in the order sent; for telling whether a
    /// request is the one that was seen before.
    pub fn fingerprint_without(&self, name: &str) -> [u8; 32] {
        let mut hash = digest::Context::new(&digest::SHA256);
        for entry in self.entries.iter().filter(|entry| entry.name != name) {
            for text in [&entry.name, &entry.value] {
                hash.update(&(text.len() as u64).to_be_bytes());
                hash.update(text.as_bytes());
            }
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(hash.finish().as_ref());
        fingerprint
    }

    /// The parameters as a form, without those of some names and with others added.
    pub fn to_form(&self, without: &[&str], with: &[(&str, &str)]) -> String {
        let kept = self.entries.iter().filter(|entry| !without.contains(&entry.name.as_str()));
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept.map(|entry| (&entry.name, &entry.value)))
            .extend_pairs(with)
            .finish()
    }

    /// Only the parameters of one name.
    #[must_use]
    pub fn only(&self, name: &str) -> Self {
        let entries = self.entries.iter().filter(|entry| entry.name == name).cloned();
        Self { entries: entries.collect() }
    }

    /// Says whether a known parameter is written like an array, `scope[]=` or `scope[a]=`.
    pub fn has_bracketed(&self) -> bool {
        self.entries.iter().any(|entry| {
            entry.name.split_once('[').is_some_and(|(name, _)| PROTOCOL_PARAMETERS.contains(&name))
        })
    }
}

/// Decodes `application/x-www-form-urlencoded` strictly: `+` is a space, a percent sign needs two
/// hexadecimal digits, and the result must be UTF-8.
pub(crate) fn decode(text: &[u8]) -> Result<String, ParamsError> {
    fn digit(byte: Option<&u8>) -> Option<u8> {
        byte.and_then(|byte| char::from(*byte).to_digit(16)).and_then(|it| u8::try_from(it).ok())
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => match (digit(rest.next()), digit(rest.next())) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return Err(ParamsError::Encoding),
            },
            other => *other,
        });
    }
    String::from_utf8(bytes).map_err(|_invalid| ParamsError::Encoding)
}

/// Collects the members of a JSON object and remembers which rule was broken.
struct JsonObject {
    params: Params,
    count: usize,
    fault: Option<ParamsError>,
}

impl<'de> Visitor<'de> for &mut JsonObject {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            self.count += 1;
            if self.count > MAX_PARAMETERS {
                self.fault = Some(ParamsError::TooMany);
                return Err(A::Error::custom("too many"));
            }
            let Some(value) = members.next_value_seed(JsonText)? else {
                self.fault = Some(ParamsError::Nested);
                return Err(A::Error::custom("nested"));
            };
            if let Err(fault) = self.params.push(name.into_owned(), value, Origin::Json) {
                self.fault = Some(fault);
                return Err(A::Error::custom("refused"));
            }
        }
        Ok(())
    }
}

/// The text of a flat JSON value; `None` for arrays and objects.
struct JsonText;

impl<'de> DeserializeSeed<'de> for JsonText {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for JsonText {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a flat JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Some(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Some(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Some(String::new()))
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(
        self,
        mut items: A,
    ) -> Result<Self::Value, A::Error> {
        while items.next_element::<serde::de::IgnoredAny>()?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        while members.next_entry::<serde::de::IgnoredAny, serde::de::IgnoredAny>()?.is_some() {}
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[test]
    fn a_fingerprint_knows_names_and_values_apart() {
        let of = |query: &str| Params::from_query(query).unwrap().fingerprint_without("seen");
        assert_eq!(of("a=bc&seen=1&d=e"), of("seen=2&a=bc&d=e"));
        for other in ["a=bc", "d=e&a=bc", "a=b&cd=e", "ab=c&d=e", "a=bc&d=f", "a=bc&d=e&d=e"] {
            assert_ne!(of("a=bc&d=e"), of(other), "{other}");
        }
    }

    #[test]
    fn plus_is_a_space_and_its_escape_a_plus() {
        let params = Params::from_form(b"scope=a+b&other=a%2Bb&third=a b").unwrap();
        assert_eq!(params.one("scope"), Ok(Some("a b")));
        assert_eq!(params.one("other"), Ok(Some("a+b")));
        assert_eq!(params.one("third"), Ok(Some("a b")));
    }

    #[test]
    fn a_parameter_without_value_is_absent() {
        let params = Params::from_query("&state=&scope&=x&client_id=c&").unwrap();
        assert!(!params.has("state") && !params.has("scope"));
        assert_eq!(params.one("client_id"), Ok(Some("c")));
        assert_eq!(params.one("state"), Ok(None));
    }

    #[test]
    fn repetitions_are_seen_and_only_resource_may_repeat() {
        let params = Params::from_query("unknown=1&unknown=1").unwrap();
        assert_eq!(params.refuse_repeated(), Err(Repeated));
        assert_eq!(params.one("unknown"), Err(Repeated));
        let params = Params::from_query("resource=a&resource=b&x=1").unwrap();
        assert_eq!(params.refuse_repeated(), Ok(()));
        assert_eq!(params.all("resource").collect::<Vec<_>>(), ["a", "b"]);
        let json = Params::from_json(br#"{"code":"a","code":"a"}"#).unwrap();
        assert_eq!(json.refuse_repeated(), Err(Repeated));
        let both = Params::from_query("code=a").unwrap();
        let both = both.merged(Params::from_form(b"code=a").unwrap()).unwrap();
        assert_eq!(both.refuse_repeated(), Err(Repeated));
    }

    #[rstest]
    #[case("a=%", ParamsError::Encoding)]
    #[case("a=%2", ParamsError::Encoding)]
    #[case("a=%zz", ParamsError::Encoding)]
    #[case("a=%+1", ParamsError::Encoding)]
    #[case("a=%ff", ParamsError::Encoding)]
    #[case("%c3%28=a", ParamsError::Encoding)]
    #[case("a=%00", ParamsError::Nul)]
    fn malformed_encodings_are_refused(#[case] query: &str, #[case] fault: ParamsError) {
        assert_eq!(Params::from_query(query), Err(fault));
    }

    #[test]
    fn too_much_is_refused() {
        let many = "a=b&".repeat(MAX_PARAMETERS + 1);
        assert_eq!(Params::from_query(&many), Err(ParamsError::TooMany));
        let empty = "a&".repeat(10_000);
        assert!(Params::from_query(&empty).is_err());
        let long = format!("a={}", "x".repeat(MAX_TOTAL_BYTES));
        assert_eq!(Params::from_query(&long), Err(ParamsError::TooLarge));
        assert_eq!(ParamsError::TooLarge.status(), 413);
        let json = format!("{{{}}}", vec![r#""a":1"#; MAX_PARAMETERS + 1].join(","));
        assert_eq!(Params::from_json(json.as_bytes()), Err(ParamsError::TooMany));
    }

    #[rstest]
    #[case(r#"{"scope":["a"]}"#, ParamsError::Nested)]
    #[case(r#"{"scope":{"a":"b"}}"#, ParamsError::Nested)]
    #[case(r"[]", ParamsError::Json)]
    #[case(r#""grant_type""#, ParamsError::Json)]
    #[case(r#"{"a":"b"} x"#, ParamsError::Json)]
    #[case("", ParamsError::Json)]
    #[case(r#"{"a":"\u0000"}"#, ParamsError::Nul)]
    fn odd_json_is_refused(#[case] body: &str, #[case] fault: ParamsError) {
        assert_eq!(Params::from_json(body.as_bytes()), Err(fault));
    }

    #[test]
    fn json_values_become_text() {
        let body =
            br#"{"grant_type":"refresh_token","client_id":123,"x":true,"scope":null,"n":-1}"#;
        let params = Params::from_json(body).unwrap();
        assert_eq!(params.one("client_id"), Ok(Some("123")));
        assert_eq!(params.one("x"), Ok(Some("true")));
        assert_eq!(params.one("n"), Ok(Some("-1")));
        assert_eq!(params.one("scope"), Ok(None));
    }

    #[test]
    fn arrays_by_name_are_seen() {
        assert!(Params::from_query("scope%5B%5D=x").unwrap().has_bracketed());
        assert!(Params::from_query("scope[a]=b").unwrap().has_bracketed());
        assert!(!Params::from_query("filter[a]=b").unwrap().has_bracketed());
    }

    #[test]
    fn the_debug_form_shows_no_values() {
        let params = Params::from_query("client_secret=hunter2").unwrap();
        assert_eq!(format!("{params:?}"), r#"["client_secret"]"#);
    }

    #[test]
    fn the_parameter_list_is_sorted() {
        assert!(PROTOCOL_PARAMETERS.is_sorted());
    }

    proptest! {
        #[test]
        fn reading_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Params::from_form(&bytes);
            let _ = Params::from_json(&bytes);
            let _ = Params::from_query(&String::from_utf8_lossy(&bytes));
        }

        #[test]
        fn what_is_encoded_reads_back(name in "[^\0]{1,20}", value in "[^\0]{1,40}") {
            let text = form_urlencoded::Serializer::new(String::new())
                .append_pair(&name, &value)
                .finish();
            let params = Params::from_form(text.as_bytes()).unwrap();
            prop_assert_eq!(params.one(&name), Ok(Some(value.as_str())));
        }
    }
}
