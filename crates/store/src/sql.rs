//! Statements, sequences and locks: what a transaction is asked to do.

use crate::StoreError;

/// One statement, written once for both engines with parameters `$1` to `$n`.
#[derive(Debug, Clone, Copy)]
pub struct Sql {
    /// Name in errors and logs: module path and constant.
    pub name: &'static str,
    /// The text.
    pub text: &'static str,
}

/// Declares the statements of a module and `ALL`, the list of them, so that a test can prepare
/// each one on both engines.
///
/// ```
/// tiltyard_store::statements! {
///     PERSON = "SELECT username FROM people WHERE id = $1";
///     RENAME = "UPDATE people SET username = $2 WHERE id = $1";
/// }
/// assert_eq!(ALL.len(), 2);
/// # let _ = (PERSON.text, RENAME.name);
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr;)*) => {
        $(
            $(#[$meta])*
            pub(crate) static $name: $crate::Sql = $crate::Sql {
                name: concat!(module_path!(), "::", stringify!($name)),
                text: $text,
            };
        )*
        /// Every statement of this module.
        pub(crate) const ALL: &[&$crate::Sql] = &[$(&$name),*];
    };
}

/// A sequence of ids; the first is 10,000,001. Migrations create it: a row of `sequences` on
/// SQLite, `seq_<name>` on PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sequence(
    /// Name without the prefix.
    pub &'static str,
);

/// What a transaction may lock until its end, so that what it reads stays true while it decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LockKey {
    /// What kind of thing, such as `tournament`.
    pub space: &'static str,
    /// Which one.
    pub id: i64,
}

impl LockKey {
    /// The 64-bit number under which PostgreSQL knows the lock: FNV-1a over both parts, so it
    /// is the same on every node and in every version. Two keys that collide wait for each
    /// other needlessly, nothing worse.
    pub fn number(self) -> i64 {
        let id = self.id.to_be_bytes();
        let hash = self
            .space
            .bytes()
            .chain([0])
            .chain(id)
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
        hash.cast_signed()
    }
}

/// An `INSERT … VALUES (…)` taken apart, to be repeated for many rows.
pub(crate) struct Insert {
    head: &'static str,
    /// The tuple between its parameters: literal text, then the number of the parameter after it.
    parts: Vec<(&'static str, usize)>,
    tail: &'static str,
    /// How many parameters a row has.
    pub(crate) width: usize,
}

impl Insert {
    /// Takes the statement apart.
    pub(crate) fn parse(sql: &Sql) -> Result<Self, StoreError> {
        let wrong = |message: &str| StoreError::Parameters {
            statement: sql.name,
            message: message.to_owned(),
        };
        let text = sql.text.trim_end();
        let at = text
            .to_ascii_uppercase()
            .rfind("VALUES")
            .ok_or_else(|| wrong("insert_many wants INSERT … VALUES (…)"))?;
        let (head, rest) = text.split_at(at + "VALUES".len());
        let tuple = rest.trim_start();
        if !tuple.starts_with('(') || !tuple.ends_with(')') {
            return Err(wrong("insert_many wants exactly one tuple and nothing after it"));
        }
        let mut parts = Vec::new();
        let mut width = 0;
        let mut rest = tuple;
        while let Some(dollar) = rest.find('$') {
            let (literal, after) = rest.split_at(dollar);
            let digits = after[1..].bytes().take_while(u8::is_ascii_digit).count();
            let number: usize =
                after[1..=digits].parse().map_err(|_| wrong("a `$` without its number"))?;
            parts.push((literal, number));
            width = width.max(number);
            rest = &after[1 + digits..];
        }
        Ok(Self { head, parts, tail: rest, width })
    }

    /// The same as a COPY, where each column takes one parameter, in order.
    pub(crate) fn copy(&self) -> Option<String> {
        let plain = self.tail == ")"
            && self.parts.iter().enumerate().all(|(index, (literal, number))| {
                *number == index + 1 && *literal == if index == 0 { "(" } else { ", " }
            });
        let into = self.head.strip_prefix("INSERT INTO ")?.strip_suffix("VALUES")?.trim_end();
        plain.then(|| format!("COPY {into} FROM STDIN BINARY"))
    }

    /// The text for this many rows.
    pub(crate) fn text(&self, rows: usize) -> String {
        use std::fmt::Write as _;
        let mut text = String::with_capacity(self.head.len() + rows * 8 * (self.width + 1));
        text.push_str(self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { " " } else { ", " });
            for (literal, number) in &self.parts {
                // Writing to a string cannot fail.
                let _ = write!(text, "{literal}${}", number + row * self.width);
            }
            text.push_str(self.tail);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_is_repeated_with_its_own_numbers() {
        let sql = Sql { name: "t", text: "INSERT INTO t (a, b, c) VALUES ($2, $1, 0)" };
        let insert = Insert::parse(&sql).unwrap();
        assert_eq!(insert.width, 2);
        assert_eq!(insert.text(1), "INSERT INTO t (a, b, c) VALUES ($2, $1, 0)");
        assert_eq!(insert.text(2), "INSERT INTO t (a, b, c) VALUES ($2, $1, 0), ($4, $3, 0)");
    }

    #[test]
    fn a_plain_insert_is_a_copy() {
        let copy = |text| Insert::parse(&Sql { name: "t", text }).unwrap().copy();
        let plain = "INSERT INTO t \
            (a, b) VALUES ($1, $2)";
        assert_eq!(copy(plain).as_deref(), Some("COPY t (a, b) FROM STDIN BINARY"));
        assert_eq!(copy("INSERT INTO t (a, b) VALUES ($2, $1)"), None);
        assert_eq!(copy("INSERT INTO t (a, b) VALUES ($1, 0)"), None);
        assert_eq!(copy("INSERT INTO t (a, b) VALUES ($1, lower($2))"), None);
    }

    #[test]
    fn what_cannot_be_repeated_is_refused() {
        for text in ["INSERT INTO t SELECT 1", "INSERT INTO t VALUES ($1) ON CONFLICT DO NOTHING"] {
            assert!(matches!(
                Insert::parse(&Sql { name: "t", text }),
                Err(StoreError::Parameters { .. })
            ));
        }
    }

    #[test]
    fn lock_numbers_never_change() {
        // Nodes of different versions lock against each other: these are part of the contract.
        assert_eq!(
            LockKey { space: "tournament", id: 10_000_001 }.number(),
            1_442_849_002_275_096_331
        );
        assert_ne!(
            LockKey { space: "tournament", id: 1 }.number(),
            LockKey { space: "tournament", id: 2 }.number()
        );
        assert_ne!(
            LockKey { space: "family", id: 1 }.number(),
            LockKey { space: "tournament", id: 1 }.number()
        );
    }
}
