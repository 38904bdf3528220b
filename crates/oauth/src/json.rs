//! Strict reading of JSON: no member twice, no deep nest.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Checks that `bytes` are one JSON object in which, at every level, no member repeats, and that
/// nests no deeper than `depth` levels.
pub(crate) fn is_strict_object(bytes: &[u8], depth: u8) -> bool {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return false;
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    Strict(depth).deserialize(&mut reader).is_ok() && reader.end().is_ok()
}

#[derive(Clone, Copy)]
struct Strict(u8);

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        self.0.checked_sub(1).map(Self).ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        while items.next_element_seed(inner)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let inner = self.deeper()?;
        let mut seen: BTreeSet<Cow<'de, str>> = BTreeSet::new();
        while let Some(name) = members.next_key::<Cow<'de, str>>()? {
            if !seen.insert(name) {
                return Err(A::Error::custom("a member twice"));
            }
            members.next_value_seed(inner)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r"{}", true)]
    #[case(r#" {"a":1,"b":[1,{"a":null}]} "#, true)]
    #[case(r#"{"a":1,"a":1}"#, false)]
    #[case(r#"{"a":1,"\u0061":1}"#, false)]
    #[case(r#"{"x":{"a":1,"a":2}}"#, false)]
    #[case(r"[]", false)]
    #[case(r#""text""#, false)]
    #[case(r"{} {}", false)]
    #[case(r#"{"a":[[[[1]]]]}"#, false)]
    #[case("", false)]
    fn objects_without_repetition_pass(#[case] text: &str, #[case] strict: bool) {
        assert_eq!(is_strict_object(text.as_bytes(), 4), strict);
    }
}
