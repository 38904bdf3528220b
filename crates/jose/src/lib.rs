#![doc = include_str!("../README.md")]

mod algorithm;
mod encoding;
mod error;
mod header;
mod jwk;
pub mod seal;
mod signing;
mod verify;

pub use algorithm::Algorithm;
pub use error::{KeyError, SignError, VerifyError};
pub use signing::SigningKey;
pub use verify::{MAX_TOKEN_BYTES, Verifier, VerifyingKey};
