//! Scopes: the grammar of RFC 6749 §3.3 and ordered sets of them.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::scope_registry;
pub use crate::scope_registry::{Holder, Platform, SCOPES, ScopeInfo, ScopeKind};

/// At most so many scopes in one request or registration.
pub const MAX_SCOPES: usize = 64;

/// At most so many bytes in one scope name.
pub const MAX_SCOPE_BYTES: usize = 128;

/// A text that is no list of scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// A character outside `%x21 / %x23-5B / %x5D-7E`.
    #[error("The scope contains a character that is not allowed.")]
    Grammar,
    /// More than [`MAX_SCOPES`], or a name longer than [`MAX_SCOPE_BYTES`].
    #[error("The scope is too long.")]
    TooLong,
}

/// One scope name, case-sensitive, known to us or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope(Cow<'static, str>);

impl Scope {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is known of it; `None` for a scope nobody defined.
    pub fn info(&self) -> Option<&'static ScopeInfo> {
        scope_registry::lookup(&self.0)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static ScopeInfo> for Scope {
    fn from(info: &'static ScopeInfo) -> Self {
        Self(Cow::Borrowed(info.name))
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    /// `scope-token = 1*( %x21 / %x23-5B / %x5D-7E )` (RFC 6749 §3.3).
    fn from_str(name: &str) -> Result<Self, ScopeError> {
        if let Some(known) = scope_registry::lookup(name) {
            return Ok(known.into());
        }
        if name.len() > MAX_SCOPE_BYTES {
            return Err(ScopeError::TooLong);
        }
        if name.is_empty()
            || !name.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        {
            return Err(ScopeError::Grammar);
        }
        Ok(Self(Cow::Owned(name.to_owned())))
    }
}

/// Scopes in the order given, each once. Written with single spaces between, also in JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeSet(Vec<Scope>);

impl ScopeSet {
    /// No scope at all.
    pub const EMPTY: Self = Self(Vec::new());

    /// Says whether the set has that scope.
    pub fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|scope| scope.as_str() == name)
    }

    /// Says whether every scope of this set is in the other.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().all(|scope| other.contains(scope.as_str()))
    }

    /// Says whether both have the same scopes, in whatever order.
    pub fn same_as(&self, other: &Self) -> bool {
        self.0.len() == other.0.len() && self.is_subset(other)
    }

    /// Those that are in both, in this set's order.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|scope| other.contains(scope.as_str())).cloned().collect())
    }

    /// Those that are in this set and not in the other: what a consent page has to ask.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self(self.0.iter().filter(|scope| !other.contains(scope.as_str())).cloned().collect())
    }

    /// This set's scopes and then those of the other.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).cloned().collect()
    }

    /// The scopes in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Scope> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Says whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<Scope> for ScopeSet {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        let mut set = Self::EMPTY;
        for scope in scopes {
            if !set.contains(scope.as_str()) {
                set.0.push(scope);
            }
        }
        set
    }
}

impl<'a> IntoIterator for &'a ScopeSet {
    type Item = &'a Scope;
    type IntoIter = std::slice::Iter<'a, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromStr for ScopeSet {
    type Err = ScopeError;

    /// Reads a list. More spaces than needed between or around the names are overlooked, because
    /// published clients send them; everything else outside the grammar is refused.
    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let mut set = Self::EMPTY;
        for name in text.split(' ').filter(|name| !name.is_empty()) {
            let scope: Scope = name.parse()?;
            if set.contains(scope.as_str()) {
                continue;
            }
            if set.len() == MAX_SCOPES {
                return Err(ScopeError::TooLong);
            }
            set.0.push(scope);
        }
        Ok(set)
    }
}

impl fmt::Display for ScopeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for ScopeSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ScopeSet {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("tournaments:read me", "tournaments:read me")]
    #[case(" me  me tournaments:read ", "me tournaments:read")]
    #[case("", "")]
    #[case("clubs%20read_favorite", "clubs%20read_favorite")]
    fn lists_keep_their_order_and_lose_repetitions(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(text.parse::<ScopeSet>().unwrap().to_string(), expected);
    }

    #[rstest]
    #[case("a\tb")]
    #[case("a\nb")]
    #[case("a\"b")]
    #[case("a\\b")]
    #[case("ä")]
    #[case("{\"a\":1}")]
    fn characters_outside_the_grammar_are_refused(#[case] text: &str) {
        assert_eq!(text.parse::<ScopeSet>(), Err(ScopeError::Grammar));
    }

    #[test]
    fn long_lists_are_refused() {
        let many: Vec<String> = (0..=MAX_SCOPES).map(|number| format!("s{number}")).collect();
        assert_eq!(many.join(" ").parse::<ScopeSet>(), Err(ScopeError::TooLong));
        assert_eq!("x".repeat(MAX_SCOPE_BYTES + 1).parse::<ScopeSet>(), Err(ScopeError::TooLong));
    }

    #[test]
    fn sets_compare_by_members() {
        let one: ScopeSet = "a b c".parse().unwrap();
        let other: ScopeSet = "c a".parse().unwrap();
        assert!(other.is_subset(&one) && !one.is_subset(&other));
        assert_eq!(one.intersection(&other).to_string(), "a c");
        assert_eq!(one.difference(&other).to_string(), "b");
        assert_eq!(other.union(&one).to_string(), "c a b");
        assert!("a c".parse::<ScopeSet>().unwrap().same_as(&other));
    }

    /// Case B16.
    #[test]
    fn writing_does_not_give_reading() {
        let set: ScopeSet = "tournaments:write".parse().unwrap();
        assert!(!set.contains("tournaments:read"));
    }

    proptest! {
        #[test]
        fn reading_never_panics_and_writes_back(text in "\\PC{0,80}") {
            if let Ok(set) = text.parse::<ScopeSet>() {
                prop_assert_eq!(set.to_string().parse::<ScopeSet>(), Ok(set.clone()));
                let json = serde_json::to_string(&set).unwrap();
                prop_assert_eq!(serde_json::from_str::<ScopeSet>(&json).unwrap(), set);
            }
        }
    }
}
