//! `/{slug}/matches/{match}`: one match, where its sides come from and where they go.

use axum::{extract::Path, response::Response};
use tiltyard_bracket::{Identifier, Match, event::StageKey};
use tiltyard_core::{
    Error,
    tournaments::{MatchRow, Tournament, attachments::AttachmentRow},
};
use tiltyard_pages::{
    Link, Moment,
    tournament::{
        around::Section,
        matches::{Attached, MatchPage},
    },
};

use super::{Asked, match_name, match_path, matches};

/// The match of this name: an id, its letters, or letters after the number of a stage.
fn find<'a>(t: &'a Tournament, name: &str) -> Option<(&'a MatchRow, &'a Match)> {
    if let Ok(id) = name.parse::<i64>() {
        return t.match_by_id(id);
    }
    let event = t.event.as_ref()?;
    let (stage, letters) = match name.split_once('-') {
        Some((stage, letters)) => (stage.parse::<u32>().ok()?.checked_sub(1)?, letters),
        None if event.design().stages.len() == 1 => (0, name),
        None => return None,
    };
    let letters: Identifier = letters.to_ascii_uppercase().parse().ok()?;
    let of = event.stage(StageKey(stage))?.named(letters).filter(|of| of.present)?;
    Some((t.matches.get(StageKey(stage), of.key)?, of))
}

/// Where those who play it go.
fn ways(t: &Tournament, row: &MatchRow, of: &Match) -> Vec<(String, Link)> {
    let Some((_, stage)) = t.stage_of(row) else { return Vec::new() };
    let link = |key| {
        let (other, to) = (t.sibling(row, key)?, stage.get(key)?);
        to.present.then(|| Link::new(format!("match {}", to.identifier), match_path(t, other, to)))
    };
    if of.slots.len() == 2 {
        let both = [
            ("The winner goes", stage.winner_goes_to(of.key)),
            ("The loser goes", stage.loser_goes_to(of.key)),
        ];
        let ways = both.into_iter().filter_map(|(who, to)| Some((who.to_owned(), link(to?.0)?)));
        return ways.collect();
    }
    let ways = (1..=of.slots.len()).filter_map(|place| {
        Some((format!("Place {place} goes"), link(stage.goes_to(of.key, place)?.0)?))
    });
    ways.collect()
}

/// A size for people.
fn size(bytes: i64) -> String {
    match bytes {
        ..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{} KiB", bytes / 1_024),
        _ => format!("{}.{} MiB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

fn attached(asked: &Asked, t: &Tournament, row: AttachmentRow) -> Attached {
    let path = asked.app.core().attached_file_path(t, &row);
    Attached {
        file: row
            .file
            .as_ref()
            .zip(path)
            .map(|(file, path)| (Link::new(file.name.clone(), path), size(file.size))),
        words: row.description,
        link: row.url,
        at: Moment::from_millis(row.created_at),
    }
}

pub(super) async fn show(Path((slug, name)): Path<(String, String)>, asked: Asked) -> Response {
    asked.or_error(page(&asked, &slug, &name).await)
}

async fn page(asked: &Asked, slug: &str, name: &str) -> Result<Response, Error> {
    let tournament = asked.tournament(slug).await?;
    let t = tournament.as_ref();
    let (row, of) = find(t, name).ok_or(Error::NotFound("match"))?;
    let mut head = asked.head(t, Section::Matches).await;
    let base = asked.app.base(&asked.headers);
    // One match has several names; this is the one to remember.
    head.canonical = Some(format!("{base}{}", match_path(t, row, of)));
    let mut line = matches::line(t, row, of);
    let votes: Vec<Option<u32>> = (0..of.slots.len()).map(|slot| t.votes(row, of, slot)).collect();
    let all: u64 = votes.iter().flatten().map(|count| u64::from(*count)).sum();
    for (side, count) in line.sides.iter_mut().zip(votes) {
        let share = |count: u32| (u64::from(count) * 100).checked_div(all).unwrap_or_default();
        side.votes = count.map(|count| (count, u8::try_from(share(count)).unwrap_or(100)));
    }
    let times = [
        ("Planned", row.scheduled_at),
        ("Being played since", row.underway_at.filter(|_| row.completed_at.is_none())),
        ("Played", row.completed_at),
    ];
    let listed: Vec<(&MatchRow, &Match)> = t.listed_matches().collect();
    let at = listed.iter().position(|(other, _)| other.id == row.id);
    let beside = |at: Option<usize>| {
        let (row, of) = listed.get(at?)?;
        let name = format!("Match {}", match_name(t, row, of));
        Some(Link::new(name, match_path(t, row, of)))
    };
    let attachments = if row.attachments > 0 {
        asked.app.core().page_attachments(&asked.visitor.actor(), &tournament, row.id).await?
    } else {
        Vec::new()
    };
    let page = MatchPage {
        chrome: asked.visitor.chrome(&asked.app),
        head,
        stands: line.label.clone(),
        sets: of.sets.len(),
        times: times
            .into_iter()
            .filter_map(|(word, at)| Some((word, Moment::from_millis(at?))))
            .collect(),
        ways: ways(t, row, of),
        attachments: attachments.into_iter().map(|row| attached(asked, t, row)).collect(),
        beside: [
            beside(at.and_then(|at| at.checked_sub(1))),
            beside(at.and_then(|at| at.checked_add(1))),
        ],
        of: line,
    };
    Ok(asked.answer(t, &page))
}

#[cfg(test)]
mod tests {
    #[rstest::rstest]
    #[case(0, "0 bytes")]
    #[case(1_536, "1 KiB")]
    #[case(5_767_168, "5.5 MiB")]
    fn sizes(#[case] bytes: i64, #[case] words: &str) {
        assert_eq!(super::size(bytes), words);
    }
}
