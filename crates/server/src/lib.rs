#![doc = include_str!("../README.md")]

pub mod api;
mod app;
mod http;
mod live;
mod metrics;
mod oauth;
mod openapi;
mod serve;
mod text;
mod web;

pub use app::{App, AppOptions};
pub use metrics::{metrics_router, serve_metrics};
pub use serve::{Tls, bind, service};
