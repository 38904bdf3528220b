//! The yardstick that Tiltyard's figures are divided by: what axum does with a body of the same
//! size and nothing else, what PostgreSQL does with the statements of a report or a grant and nothing
//! else, and what argon2id alone comes to; and watchers of a page. `bench/run.py` and `bench/authorization.py` start it.

mod argon2id;
mod grants;
mod http;
mod transaction;
mod watchers;

use anyhow::{Context as _, bail};

const USAGE: &str = "bench-bare http ADDR GET_BYTES POST_BYTES PUT_BYTES | \
                     bench-bare transaction URL CONNECTIONS SECONDS MATCHES_PER_REPORT | \
                     bench-bare refresh|code URL CONNECTIONS SECONDS | \
                     bench-bare argon2id SECONDS THREADS | \
                     bench-bare watchers ADDR PATH COUNT";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match arguments[..] {
        ["http", address, get, post, put] => {
            runtime.block_on(http::serve(address, [number(get)?, number(post)?, number(put)?]))
        }
        ["transaction", url, connections, seconds, matches] => {
            runtime.block_on(transaction::run(&transaction::Options {
                url,
                connections: number(connections)?,
                seconds: seconds.parse().context("SECONDS is a number")?,
                matches: matches.parse().context("MATCHES_PER_REPORT is a number")?,
            }))
        }
        [kind @ ("refresh" | "code"), url, connections, seconds] => {
            let kind = if kind == "code" { grants::Kind::Code } else { grants::Kind::Refresh };
            let seconds = seconds.parse().context("SECONDS is a number")?;
            runtime.block_on(grants::run(kind, url, number(connections)?, seconds))
        }
        ["argon2id", seconds, threads] => {
            argon2id::run(seconds.parse().context("SECONDS is a number")?, number(threads)?)
        }
        ["watchers", address, path, count] => {
            runtime.block_on(watchers::run(address, path, number(count)?))
        }
        _ => bail!(USAGE),
    }
}

fn number(text: &str) -> anyhow::Result<usize> {
    text.parse().with_context(|| format!("{text} is no number\n{USAGE}"))
}
