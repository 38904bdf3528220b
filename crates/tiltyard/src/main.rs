//! The `tiltyard` binary: command line, configuration, wiring.

#[expect(dead_code, reason = "the commands that read it follow")]
mod config;

fn main() {}
