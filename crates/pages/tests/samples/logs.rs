//! Samples of the security log.

use tiltyard_pages::{
    Link, Page as _, RenderError,
    log::{LogEntry, LogFilter, LogPage},
};

use super::{at, member};

fn entry(minutes: i64, event: &str, ok: bool, detail: &str) -> LogEntry {
    LogEntry {
        at: at(minutes),
        event: event.to_owned(),
        ok,
        actor: "person 10000001".to_owned(),
        address: "203.0.113.7".to_owned(),
        application: event.contains("reuse").then(|| "Bracket <b>Butler</b>".to_owned()),
        detail: detail.to_owned(),
    }
}

/// The pages with their names.
pub(super) fn pages() -> Result<Vec<(&'static str, String)>, RenderError> {
    let mine = LogPage {
        chrome: member("/account/log"),
        title: "Security log".to_owned(),
        lede: "What happened to your account, and from where.".to_owned(),
        back: Link::new("Account", "/account"),
        filter: None,
        entries: vec![
            entry(3, "session.begin", true, ""),
            entry(4, "session.begin", false, ""),
            entry(90, "refresh.reuse", false, "the grant was revoked"),
        ],
        older: None,
    };
    let all = LogPage {
        chrome: member("/admin/log"),
        title: "Security log of the installation".to_owned(),
        filter: Some(LogFilter { event: "\"><x".to_owned(), ..LogFilter::default() }),
        older: Some("/admin/log?event=x&before=10000001".to_owned()),
        ..mine.clone()
    };
    let none = LogPage { entries: Vec::new(), ..mine.clone() };
    Ok(vec![
        ("log.html", mine.render()?),
        ("log-all.html", all.render()?),
        ("log-none.html", none.render()?),
    ])
}
