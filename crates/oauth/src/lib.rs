#![doc = include_str!("../README.md")]

pub mod access_token;
pub mod answer;
pub mod authorize;
pub mod bearer;
pub mod client;
pub mod client_auth;
pub mod code;
pub mod device;
pub mod error;
pub mod id_token;
pub mod introspection;
mod json;
pub mod metadata;
pub mod params;
pub mod pkce;
pub mod preset;
pub mod redirect_uri;
pub mod refresh;
pub mod resource;
pub mod response;
pub mod scope;
pub mod scope_registry;
pub mod switch;
pub mod token_request;
pub mod token_text;
