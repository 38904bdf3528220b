//! Lines between cards, and words where there are none.

use super::place::Placing;
use super::{Hint, HintEnd, Link, LinkKind};
use crate::model::Source;

impl Placing<'_> {
    /// Ways between shown matches, and what is written where there is no line. Whoever advances
    /// follows a line; whoever drops does only within a tree.
    pub(super) fn lines(&self) -> (Vec<Link>, Vec<Hint>) {
        let (mut links, mut hints) = (Vec::new(), Vec::new());
        for m in self.stage.matches() {
            for (slot, to_slot) in m.slots.iter().zip(0..) {
                let kind = match slot.source {
                    Source::Seed(_) => continue,
                    Source::Winner(_) | Source::Place { .. } => LinkKind::Advance,
                    Source::Loser(_) => LinkKind::Drop,
                };
                let Some((from, _)) = slot.source.feeder() else { continue };
                let (begins, ends) = (self.is_shown(from), self.is_shown(m.key));
                let mut drawn = false;
                if begins && ends {
                    let (a, b) = (self.spot(from), self.spot(m.key));
                    drawn = a.x < b.x && (kind == LinkKind::Advance || a.band == b.band);
                    let lane = if drawn { self.lane.get(&(from, b.x)).copied() } else { None };
                    let lane = lane.unwrap_or(0);
                    links.push(Link { from, to: m.key, to_slot, kind, drawn, lane });
                }
                if begins && !drawn {
                    let end = HintEnd::To { source: slot.source, to: m.key };
                    hints.push(Hint { key: from, end });
                }
                if ends && !drawn {
                    let end = HintEnd::From { slot: to_slot, source: slot.source };
                    hints.push(Hint { key: m.key, end });
                }
            }
        }
        (links, hints)
    }
}
