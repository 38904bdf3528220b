//! The server from outside: real HTTP on a real port, on both engines.

mod support;

mod api_errors;
mod api_lists;
mod api_nul;
mod api_random;
mod golden;
mod live;
mod nodes;
mod oauth_clients;
mod oauth_code;
mod oauth_keys;
mod oauth_refresh;
mod oauth_request;
mod pages_accounts;
mod pages_apps;
mod pages_safety;
mod parallel;
mod tournaments;
