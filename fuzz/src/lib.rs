#![doc = include_str!("../README.md")]

mod authorization;
mod bracket;
mod event;
mod mutate;
mod protocol;
mod server;
mod tokens;

pub use mutate::Mutator;

/// A parser under test.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name, and its corpus's folder.
    pub name: &'static str,
    /// How many made-up inputs the test command gives it.
    pub rounds: u32,
    run: fn(&[u8]),
}

impl Target {
    const fn new(name: &'static str, rounds: u32, run: fn(&[u8])) -> Self {
        Self { name, rounds, run }
    }

    /// Gives it one input.
    ///
    /// # Panics
    /// If the parser does, or if what it makes of the input breaks a rule.
    pub fn run(&self, data: &[u8]) {
        (self.run)(data);
    }
}

/// Every target.
pub const TARGETS: &[Target] = &[
    Target::new("form", 20_000, protocol::form),
    Target::new("query", 20_000, protocol::query),
    Target::new("json", 20_000, protocol::json),
    Target::new("basic", 20_000, protocol::basic),
    Target::new("bearer", 20_000, protocol::bearer),
    Target::new("scope", 20_000, protocol::scope),
    Target::new("authorize", 10_000, authorization::request),
    Target::new("redirect_uri", 20_000, authorization::registration),
    Target::new("redirect_match", 20_000, authorization::matching),
    Target::new("token_text", 20_000, tokens::text),
    Target::new("user_code", 20_000, tokens::user_code),
    Target::new("jwt", 10_000, tokens::jwt),
    Target::new("claims", 20_000, tokens::claims),
    Target::new("jwk", 10_000, tokens::jwk),
    Target::new("stage_json", 5_000, bracket::stage_json),
    Target::new("stage_operations", 1_000, bracket::stage_operations),
    Target::new("history", 2_000, bracket::history),
    Target::new("event_json", 3_000, event::event_json),
    Target::new("event_operations", 500, event::event_operations),
    Target::new("page_form", 1_500, server::page_form),
    Target::new("cookie", 1_500, server::cookie),
    Target::new("api", 1_500, server::api),
    Target::new("endpoint", 1_500, server::endpoint),
];
