//! Pages with sample data, for the gallery and for the snapshots.

mod accounts;
mod applications;
mod around;
mod contests;
mod embeds;
mod joining;
mod logs;
mod organize;

use tiltyard_pages::{Chrome, Moment, RenderError, SignedIn};

/// The moment all samples are shown at: 2026-11-23 14:30 UTC, in milliseconds.
pub(crate) const NOW: i64 = 1_795_444_200_000;

/// Minutes, in milliseconds.
pub(crate) const MINUTE: i64 = 60_000;

/// Files of the gallery, name and text.
pub(crate) fn pages() -> Result<Vec<(String, String)>, RenderError> {
    let mut all = accounts::pages()?;
    all.extend(applications::pages()?);
    all.extend(around::pages()?);
    all.extend(contests::pages()?);
    all.extend(embeds::pages()?);
    all.extend(joining::pages()?);
    all.extend(logs::pages()?);
    all.extend(organize::pages()?);
    Ok(all.into_iter().map(|(name, text)| (name.to_owned(), text)).collect())
}

/// The frame for a visitor.
pub(crate) fn visitor(path: &str) -> Chrome {
    Chrome {
        site_name: "Tiltyard".to_owned(),
        csrf: "c5rf-t0ken".to_owned(),
        path: path.to_owned(),
        ..Chrome::default()
    }
}

/// The frame for somebody signed in.
pub(crate) fn member(path: &str) -> Chrome {
    Chrome {
        signed_in: Some(SignedIn { username: "isolde".to_owned(), operator: false }),
        ..visitor(path)
    }
}

/// So many minutes ago.
pub(crate) fn ago(minutes: i64) -> Moment {
    Moment::relative(NOW - minutes * MINUTE, NOW)
}

/// Date and time so many minutes ago.
pub(crate) fn at(minutes: i64) -> Moment {
    Moment::from_millis(NOW - minutes * MINUTE)
}
