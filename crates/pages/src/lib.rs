#![doc = include_str!("../README.md")]

pub mod account;
mod agent;
pub mod apps;
pub mod assets;
pub mod auth;
pub mod bracket;
pub mod catalogue;
pub mod chrome;
pub mod communities;
pub mod consent;
pub mod curl;
pub mod device;
pub mod docs;
pub mod embed;
pub mod home;
pub mod join;
pub mod log;
pub mod message;
pub mod moment;
pub mod organize;
pub mod prose;
pub mod qr;
pub mod search;
pub mod tournament;

/// Why a page could not be rendered.
pub use askama::Error as RenderError;
/// Rendering of a page: every page of this crate has `render() -> Result<String, askama::Error>`
/// through this trait. Rendering into a `String` fails only when a formatter does, and none of
/// ours does; the result is kept so that a caller answers 500 instead of half a page.
pub use askama::Template as Page;

pub use agent::agent_words;
pub use chrome::{Chrome, Field, Link, Notice, NoticeKind, SignedIn};
pub use moment::Moment;
