#![doc = include_str!("../README.md")]

pub mod api;
mod app;
mod http;
mod live;
mod oauth;
mod serve;
mod web;

pub use app::{App, AppOptions};
pub use serve::{Tls, bind, service};
