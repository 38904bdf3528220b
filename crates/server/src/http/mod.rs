//! What all surfaces share: bodies, client addresses, paths, times.

pub(crate) mod body;
pub(crate) mod client_address;
pub(crate) mod coding;
pub(crate) mod cors;
pub(crate) mod heavy;
pub(crate) mod limited;
pub(crate) mod plain;
pub(crate) mod request_id;
pub(crate) mod rewrite;
pub(crate) mod time;
