//! From what stands in a file, a variable or a flag to a typed value.

use std::{fmt::Display, net::SocketAddr, path::PathBuf};

use toml::de::DeValue;

/// A value before its key's type is known. Variables and flags only give texts.
#[derive(Clone, Debug)]
pub(crate) enum Raw {
    Text(String),
    Integer(i128),
    List(Vec<Raw>),
    /// Anything that no key takes, by the name of its kind.
    Other(&'static str),
}

impl Raw {
    /// From a parsed TOML value.
    pub(super) fn of_toml(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.to_string()),
            DeValue::Integer(number) => i128::from_str_radix(number.as_str(), number.radix())
                .map_or(Self::Other("a number too large"), Self::Integer),
            DeValue::Array(items) => {
                Self::List(items.iter().map(|item| Self::of_toml(item.get_ref())).collect())
            }
            DeValue::Float(_) => Self::Other("a number with a fraction"),
            DeValue::Boolean(_) => Self::Other("true or false"),
            DeValue::Datetime(_) => Self::Other("a date"),
            DeValue::Table(_) => Self::Other("a section"),
        }
    }

    /// The text, trimmed; any other kind is a mistake that the message names.
    pub(super) fn text(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) => Ok(text.trim()),
            Self::Integer(number) => {
                Err(format!("found the number {number} where text in quotes is due"))
            }
            Self::List(_) => Err("found a list where text in quotes is due".into()),
            Self::Other(kind) => Err(format!("found {kind} where text in quotes is due")),
        }
    }
}

/// A type that a key can have.
pub(crate) trait Setting: Sized {
    /// Never shown, and may be given as a file by `<key>_file`.
    const SECRET: bool = false;

    /// What it takes, as a phrase that follows "takes".
    fn shape() -> String;

    /// Reads it. The error says what is wrong, and repeats the value unless it is a secret.
    fn read(raw: &Raw) -> Result<Self, String>;

    /// TOML text of the value; `None` when not set. A secret says only that it is set.
    fn toml(&self) -> Option<String>;
}

/// TOML text of a string.
pub(super) fn quoted(text: impl Display) -> String {
    toml::Value::String(text.to_string()).to_string()
}

impl<T: Setting> Setting for Option<T> {
    const SECRET: bool = T::SECRET;

    fn shape() -> String {
        T::shape()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::Text(text) if text.trim().is_empty() => Ok(None),
            raw => T::read(raw).map(Some),
        }
    }

    fn toml(&self) -> Option<String> {
        self.as_ref().and_then(T::toml)
    }
}

impl<T: Setting> Setting for Vec<T> {
    fn shape() -> String {
        format!("a list (in variables and flags: separated by commas), each entry {}", T::shape())
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw {
            Raw::List(items) => items.iter().map(T::read).collect(),
            Raw::Text(text) => text
                .split(',')
                .map(str::trim)
                .filter(|item| !item.is_empty())
                .map(|item| T::read(&Raw::Text(item.to_owned())))
                .collect(),
            Raw::Integer(_) | Raw::Other(_) => Err("found no list".into()),
        }
    }

    fn toml(&self) -> Option<String> {
        let items: Vec<_> = self.iter().filter_map(T::toml).collect();
        Some(format!("[{}]", items.join(", ")))
    }
}

impl Setting for PathBuf {
    fn shape() -> String {
        "a path".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        match raw.text()? {
            "" => Err("the path is empty".into()),
            path => Ok(Self::from(path)),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(self.display()))
    }
}

impl Setting for SocketAddr {
    fn shape() -> String {
        "an IP address with a port".into()
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let text = raw.text()?;
        text.parse().map_err(|_| {
            let here = |port: &str, is: &str| format!("`{text}` is {is}: write 127.0.0.1:{port}");
            match text.strip_prefix("localhost:") {
                Some(port) if port.parse::<u16>().is_ok() => here(port, "a name"),
                _ if text.parse::<u16>().is_ok() => here(text, "a port alone"),
                _ => format!("`{text}` is not an IP address with a port"),
            }
        })
    }

    fn toml(&self) -> Option<String> {
        Some(quoted(self))
    }
}

/// A whole number between two bounds, both allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Whole<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Whole<MIN, MAX> {
    pub(crate) fn get(self) -> u32 {
        self.0
    }
}

impl<const MIN: u32, const MAX: u32> Setting for Whole<MIN, MAX> {
    fn shape() -> String {
        format!("a whole number from {MIN} to {MAX}")
    }

    fn read(raw: &Raw) -> Result<Self, String> {
        let number = match raw {
            Raw::Integer(number) => *number,
            Raw::Text(text) => {
                text.trim().parse().map_err(|_| format!("`{text}` is not a whole number"))?
            }
            Raw::List(_) => return Err("found a list".into()),
            Raw::Other(kind) => return Err(format!("found {kind}")),
        };
        match u32::try_from(number) {
            Ok(fits) if (MIN..=MAX).contains(&fits) => Ok(Self(fits)),
            _ => Err(format!("{number} is not between {MIN} and {MAX}")),
        }
    }

    fn toml(&self) -> Option<String> {
        Some(self.0.to_string())
    }
}
