//! The text form of everything secret that we hand out: `tly_<kind>_<body>_<checksum>`.
//!
//! The prefix lets scanners find leaked ones and keeps one kind from passing as another; the
//! checksum lets a mistyped or invented one be refused before the store is asked. The body is
//! base62, so that a double click selects the whole.

use std::fmt;

use aws_lc_rs::digest;

/// Random bytes in a body: 176 bits (RFC 6749 §10.10 asks for 128, better 160).
pub const RANDOM_BYTES: usize = 22;

/// Most bytes in a body of variable length.
pub const MAX_BODY_BYTES: usize = 1024;

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM_CHARS: usize = 6;
/// Bodies are encoded in blocks of so many bytes …
const BLOCK_BYTES: usize = 32;
/// … which take so many characters: 62^43 is just above 256^32.
const BLOCK_CHARS: usize = 43;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TokenKind {
    /// Authorization code.
    Code,
    /// Refresh token.
    Refresh,
    /// Client secret.
    ClientSecret,
    /// Client identifier (no secret, but of the same form).
    ClientId,
    /// A person's key.
    PersonalKey,
    /// An application's key.
    ApplicationKey,
    /// Opaque access token; its body may have any length.
    AccessToken,
    /// Browser session.
    Session,
    /// One-time link: first set-up, password reset.
    SetupLink,
    /// Device code.
    DeviceCode,
}

impl TokenKind {
    /// All kinds.
    pub const ALL: [Self; 10] = [
        Self::Code,
        Self::Refresh,
        Self::ClientSecret,
        Self::ClientId,
        Self::PersonalKey,
        Self::ApplicationKey,
        Self::AccessToken,
        Self::Session,
        Self::SetupLink,
        Self::DeviceCode,
    ];

    /// The two letters in the text.
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Code => "ac",
            Self::Refresh => "rt",
            Self::ClientSecret => "cs",
            Self::ClientId => "ci",
            Self::PersonalKey => "pk",
            Self::ApplicationKey => "ak",
            Self::AccessToken => "at",
            Self::Session => "se",
            Self::SetupLink => "su",
            Self::DeviceCode => "dc",
        }
    }

    /// How many bytes a body of this kind has; `None` where it varies.
    pub const fn body_bytes(self) -> Option<usize> {
        match self {
            Self::AccessToken => None,
            Self::Refresh => Some(32),
            Self::ClientId => Some(16),
            _ => Some(RANDOM_BYTES),
        }
    }
}

impl fmt::Display for TokenKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letters())
    }
}

/// A text that is no token of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token of this kind")]
pub struct NotAToken;

/// Makes a token of a kind with random body from fresh random bytes, of which it takes as many as
/// it needs.
pub fn generate(kind: TokenKind, random: &[u8; 32]) -> String {
    let length = kind.body_bytes().unwrap_or(RANDOM_BYTES).min(random.len());
    encode(kind, &random[..length])
}

/// Writes a token with that body. [`parse`] reads it back if the body has the length of its kind.
pub fn encode(kind: TokenKind, body: &[u8]) -> String {
    let mut text = String::with_capacity(16 + body.len() * 43 / 32 + 2);
    text.push_str("tly_");
    text.push_str(kind.letters());
    text.push('_');
    for block in body.chunks(BLOCK_BYTES) {
        encode_block(block, &mut text);
    }
    let checksum = crc32fast::hash(text.as_bytes());
    text.push('_');
    push_digits(checksum, &mut text);
    text
}

/// Reads a token of that kind and gives its body. No look-up is needed to refuse another kind, a
/// wrong length or a wrong checksum.
pub fn parse(kind: TokenKind, text: &str) -> Result<Vec<u8>, NotAToken> {
    let max_chars = chars_of(kind.body_bytes().unwrap_or(MAX_BODY_BYTES));
    if text.len() > "tly_kk__".len() + max_chars + CHECKSUM_CHARS || !text.is_ascii() {
        return Err(NotAToken);
    }
    let (checked, checksum) = text.rsplit_once('_').ok_or(NotAToken)?;
    let body = checked
        .strip_prefix("tly_")
        .and_then(|rest| rest.strip_prefix(kind.letters()))
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or(NotAToken)?;
    let mut expected = String::with_capacity(CHECKSUM_CHARS);
    push_digits(crc32fast::hash(checked.as_bytes()), &mut expected);
    if checksum != expected {
        return Err(NotAToken);
    }
    let mut bytes = Vec::with_capacity(body.len() * 3 / 4);
    for block in body.as_bytes().chunks(BLOCK_CHARS) {
        decode_block(block, &mut bytes).ok_or(NotAToken)?;
    }
    let fits = match kind.body_bytes() {
        Some(length) => bytes.len() == length,
        None => (RANDOM_BYTES..=MAX_BODY_BYTES).contains(&bytes.len()),
    };
    if fits { Ok(bytes) } else { Err(NotAToken) }
}

/// Which kind a text claims to be, from its prefix alone.
pub fn kind_of(text: &str) -> Option<TokenKind> {
    let letters = text.strip_prefix("tly_")?.split('_').next()?;
    TokenKind::ALL.into_iter().find(|kind| kind.letters() == letters)
}

/// SHA-256 of the text: what the store keeps and looks up by.
pub fn hash(text: &str) -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
    bytes
}

/// How many characters so many bytes take.
const fn chars_of(bytes: usize) -> usize {
    bytes / BLOCK_BYTES * BLOCK_CHARS + partial_chars(bytes % BLOCK_BYTES)
}

/// ⌈8n / log2 62⌉ for a block of n < 33 bytes; every further byte needs at least one more.
const fn partial_chars(bytes: usize) -> usize {
    (bytes * 8 * 10_000).div_ceil(59_542)
}

/// Six digits, most significant first; 62^6 is above 2^32.
fn push_digits(mut number: u32, text: &mut String) {
    let mut digits = [b'0'; CHECKSUM_CHARS];
    for digit in digits.iter_mut().rev() {
        *digit = ALPHABET[(number % 62) as usize];
        number /= 62;
    }
    text.extend(digits.map(char::from));
}

/// Writes a block as one big-endian number of fixed width.
fn encode_block(block: &[u8], text: &mut String) {
    let mut number = [0_u8; BLOCK_BYTES];
    number[BLOCK_BYTES - block.len()..].copy_from_slice(block);
    let mut digits = [b'0'; BLOCK_CHARS];
    let width = partial_chars(block.len());
    for digit in digits[..width].iter_mut().rev() {
        let mut rest = 0_u32;
        for byte in &mut number {
            let value = rest << 8 | u32::from(*byte);
            // The quotient of a number below 62 × 256 by 62 fits one byte.
            *byte = (value / 62).to_be_bytes()[3];
            rest = value % 62;
        }
        *digit = ALPHABET[rest as usize];
    }
    text.extend(digits[..width].iter().copied().map(char::from));
}

/// Reads a block back. Every value has one text only: other widths and numbers too large for the
/// width are refused.
fn decode_block(block: &[u8], bytes: &mut Vec<u8>) -> Option<()> {
    let length = (1..=BLOCK_BYTES).find(|length| partial_chars(*length) == block.len())?;
    let mut number = [0_u8; BLOCK_BYTES + 1];
    for digit in block {
        let mut carry = match digit {
            b'0'..=b'9' => u32::from(digit - b'0'),
            b'A'..=b'Z' => u32::from(digit - b'A') + 10,
            b'a'..=b'z' => u32::from(digit - b'a') + 36,
            _ => return None,
        };
        for byte in number.iter_mut().rev() {
            let value = u32::from(*byte) * 62 + carry;
            *byte = value.to_be_bytes()[3];
            carry = value >> 8;
        }
    }
    let (overflow, value) = number.split_at(number.len() - length);
    if overflow.iter().any(|byte| *byte != 0) {
        return None;
    }
    bytes.extend_from_slice(value);
    Some(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Cases D10, K03.
    #[test]
    fn the_form_is_stable() {
        let text = generate(TokenKind::ClientSecret, &[7; 32]);
        insta::assert_snapshot!(text, @"tly_cs_0H5tHaY2SH6FZ1X6jSmubhzsvBmCz1_2VN2UN");
        assert_eq!(text.len(), "tly_cs_".len() + 30 + 1 + 6);
        insta::assert_snapshot!(encode(TokenKind::Refresh, &[255; 32]), @"tly_rt_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1_0wQ4LZ");
    }

    #[test]
    fn every_length_has_its_own_width() {
        let widths: Vec<usize> = (1..=BLOCK_BYTES).map(partial_chars).collect();
        assert!(widths.is_sorted_by(|a, b| a < b));
        assert_eq!(widths[BLOCK_BYTES - 1], BLOCK_CHARS);
        for length in 1..=BLOCK_BYTES {
            let mut text = String::new();
            encode_block(&vec![255; length], &mut text);
            let mut bytes = Vec::new();
            assert_eq!(decode_block(text.as_bytes(), &mut bytes), Some(()));
            assert_eq!(bytes, vec![255; length]);
        }
    }

    #[test]
    fn numbers_too_large_for_their_width_are_refused() {
        let mut bytes = Vec::new();
        assert_eq!(decode_block(&[b'z'; BLOCK_CHARS], &mut bytes), None);
        assert_eq!(decode_block(b"zz", &mut bytes), None);
        assert_eq!(decode_block(b"z", &mut bytes), None);
    }

    #[test]
    fn kinds_do_not_pass_for_each_other() {
        for kind in TokenKind::ALL {
            let text = generate(kind, &[9; 32]);
            assert_eq!(kind_of(&text), Some(kind));
            for other in TokenKind::ALL {
                assert_eq!(parse(other, &text).is_ok(), other == kind, "{kind} {other}");
            }
        }
        assert_eq!(kind_of("ey.ey.x"), None);
    }

    proptest! {
        #[test]
        fn bodies_come_back(body in prop::collection::vec(any::<u8>(), RANDOM_BYTES..200)) {
            let text = encode(TokenKind::AccessToken, &body);
            prop_assert_eq!(parse(TokenKind::AccessToken, &text), Ok(body));
            prop_assert_eq!(text.len(), text.trim().len());
        }

        /// Cases K04, L15.
        #[test]
        fn one_changed_character_is_always_noticed(
            random in any::<[u8; 32]>(),
            position in any::<prop::sample::Index>(),
            replacement in "[A-Za-z0-9_]",
        ) {
            let text = generate(TokenKind::Session, &random);
            let at = position.index(text.len());
            let changed = format!("{}{replacement}{}", &text[..at], &text[at + 1..]);
            let read = parse(TokenKind::Session, &changed);
            prop_assert_eq!(read.is_ok(), changed == text);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,80}|tly_[a-z]{2}_[A-Za-z0-9]{0,60}_[A-Za-z0-9]{6}") {
            for kind in TokenKind::ALL {
                let _ = parse(kind, &text);
            }
            let _ = kind_of(&text);
        }
    }
}
