//! A tournament as a client of v2.1 sees it, read into numbers; and what must hold of it whatever was
//! played. Nothing here asks the engine.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Api, dice::Dice};

/// A match as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenMatch {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) round: i64,
    /// The group it belongs to.
    pub(crate) group: Option<i64>,
    pub(crate) players: Vec<Option<i64>>,
    /// Places in a match of more than two sides.
    pub(crate) places: Vec<Option<i64>>,
    /// Where the sides come from: a match, and whether its loser comes.
    pub(crate) from: [Option<(i64, bool)>; 2],
    pub(crate) winner: Option<i64>,
    pub(crate) loser: Option<i64>,
    pub(crate) tie: bool,
    pub(crate) sets: Vec<[i64; 2]>,
}

/// A tournament at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) state: String,
    pub(crate) progress: i64,
    pub(crate) matches: Vec<SeenMatch>,
    /// Whether the final stage, and whether the groups, are played by many at once: then a match does
    /// not tell who comes from where.
    melee: [bool; 2],
    /// Participants by seed: id and final rank.
    pub(crate) participants: Vec<(i64, Option<i64>)>,
}

impl SeenMatch {
    fn of(resource: &Value) -> Self {
        let attributes = &resource["attributes"];
        let text = |name: &str| attributes[name].as_str().unwrap().to_owned();
        let from = |number: &str| {
            let loser = &attributes[format!("{number}_is_prereq_match_loser")];
            let id = attributes[format!("{number}_prereq_match_id")].as_i64()?;
            Some((id, loser.as_bool().unwrap()))
        };
        let sets = attributes["score_in_sets"].as_array().unwrap();
        let sides = attributes["points_by_participant"].as_array().unwrap();
        let players: Vec<Option<i64>> =
            sides.iter().map(|side| side["participant_id"].as_i64()).collect();
        for (player, known) in ["player1", "player2"].into_iter().zip(&players) {
            let id = resource["relationships"][player]["data"]["id"].as_str();
            assert_eq!(id.map(|id| id.parse().unwrap()), *known, "{resource}");
        }
        Self {
            id: resource["id"].as_str().unwrap().parse().unwrap(),
            name: text("identifier"),
            state: text("state"),
            round: attributes["round"].as_i64().unwrap(),
            group: attributes["group_id"].as_i64(),
            players,
            places: sides.iter().map(|side| side["rank"].as_i64()).collect(),
            from: ["player1", "player2"].map(from),
            winner: attributes["winner_id"].as_i64(),
            loser: attributes["loser_id"].as_i64(),
            tie: attributes["tie"].as_bool().unwrap(),
            sets: sets.iter().map(|set| [0, 1].map(|side| set[side].as_i64().unwrap())).collect(),
        }
    }
}

impl SeenMatch {
    /// What holds of a match of more than two sides; where they come from is not told.
    #[track_caller]
    fn assert_melee(&self, known: &BTreeSet<i64>) {
        let players: Vec<i64> = self.players.iter().copied().flatten().collect();
        let once: BTreeSet<i64> = players.iter().copied().collect();
        assert!(once.len() == players.len() && once.is_subset(known), "{self:?}");
        let mut places: Vec<i64> = self.places.iter().copied().flatten().collect();
        places.sort_unstable();
        match self.state.as_str() {
            "complete" => {
                assert_eq!(places.len(), players.len(), "{self:?}");
                let most = i64::try_from(players.len()).unwrap();
                assert!(places[0] == 1 && places.iter().all(|it| *it <= most), "{self:?}");
            }
            "open" => assert!(players.len() > 1 && places.is_empty(), "{self:?}"),
            _ => assert!(places.is_empty(), "{self:?}"),
        }
    }
}

impl Seen {
    /// The stages of which there are matches: groups, and the final stage as none.
    pub(crate) fn stages(&self) -> BTreeSet<Option<i64>> {
        self.matches.iter().map(|of| of.group).collect()
    }

    /// Reads the tournament with all that is included in it.
    pub(crate) async fn read(api: &Api<'_>, tournament: &str) -> Self {
        let document = api.get(&format!("{tournament}.json")).await.expect(200).json();
        let included = document["included"].as_array();
        let included: Vec<&Value> = included.into_iter().flatten().collect();
        let mut participants: Vec<(i64, i64, Option<i64>)> = included
            .iter()
            .filter(|it| it["type"] == "participant")
            .map(|it| {
                let id = it["id"].as_str().unwrap().parse().unwrap();
                let attributes = &it["attributes"];
                (attributes["seed"].as_i64().unwrap(), id, attributes["final_rank"].as_i64())
            })
            .collect();
        participants.sort_unstable();
        let attributes = &document["data"]["attributes"];
        Self {
            state: attributes["state"].as_str().unwrap().to_owned(),
            progress: attributes["progress_meter"].as_i64().unwrap(),
            melee: [
                attributes["tournament_type"] == "free for all",
                attributes["group_stage_options"]["stage_type"] == "free for all",
            ],
            matches: included
                .iter()
                .filter(|it| it["type"] == "match")
                .map(|it| SeenMatch::of(it))
                .collect(),
            participants: participants.into_iter().map(|(_, id, rank)| (id, rank)).collect(),
        }
    }

    /// The matches that can be reported.
    pub(crate) fn open(&self) -> Vec<&SeenMatch> {
        self.matches.iter().filter(|of| of.state == "open").collect()
    }

    /// What holds at any moment of a started tournament.
    #[track_caller]
    pub(crate) fn assert_sound(&self) {
        let by_id: BTreeMap<i64, &SeenMatch> = self.matches.iter().map(|of| (of.id, of)).collect();
        assert_eq!(by_id.len(), self.matches.len(), "ids are unique");
        for stage in self.stages() {
            let of_stage = || self.matches.iter().filter(|of| of.group == stage);
            assert!(of_stage().is_sorted_by_key(|of| of.id), "ids ascend in list order");
            let names: BTreeSet<&str> = of_stage().map(|of| of.name.as_str()).collect();
            assert_eq!(names.len(), of_stage().count(), "names are unique: {names:?}");
        }
        let known: BTreeSet<i64> = self.participants.iter().map(|(id, _)| *id).collect();
        for of in &self.matches {
            let SeenMatch { players, winner, loser, .. } = of;
            if players.len() > 2 {
                of.assert_melee(&known);
                continue;
            }
            let both = players.iter().all(Option::is_some);
            let over = winner.is_some() || of.tie;
            let state = match (both, over) {
                (true, true) => "complete",
                (true, false) => "open",
                (false, _) => "pending",
            };
            assert_eq!(of.state, state, "{of:?}");
            for player in players.iter().flatten() {
                assert!(known.contains(player), "{of:?}");
            }
            assert!(!both || players[0] != players[1], "{of:?}");
            assert!(!(of.tie && winner.is_some()), "{of:?}");
            if winner.is_some() {
                let mut sides = [*winner, *loser];
                sides.sort_unstable();
                let mut sorted = players.clone();
                sorted.sort_unstable();
                assert_eq!(sides[..], sorted, "{of:?}");
            } else {
                assert_eq!(*loser, None, "{of:?}");
            }
            if self.melee[usize::from(of.group.is_some())] {
                continue;
            }
            for (from, player) in of.from.iter().zip(players) {
                match *from {
                    // Who stands there from the start on.
                    None => assert!(player.is_some(), "{of:?}"),
                    Some((id, loses)) => {
                        let before = by_id.get(&id).unwrap_or_else(|| panic!("no {id}: {of:?}"));
                        let expected = if loses { before.loser } else { before.winner };
                        assert_eq!(*player, expected, "{of:?} after {before:?}");
                    }
                }
            }
        }
        let left = self.matches.iter().any(|of| of.state != "complete");
        match self.state.as_str() {
            "underway" => assert!(left || self.progress < 100, "{self:?}"),
            "group_stages_underway" => assert!(self.progress < 100, "{self:?}"),
            "group_stages_finalized" => assert!(!left && self.progress < 100, "{self:?}"),
            "awaiting_review" | "complete" => {
                assert!(!left, "{self:?}");
                assert_eq!(self.progress, 100);
            }
            other => panic!("{other}"),
        }
        let ranked = self.state == "complete";
        assert!(self.participants.iter().all(|(_, rank)| rank.is_some() == ranked), "{self:?}");
    }

    /// The final ranks by seed, as the matches alone tell them of eliminations: those who go out
    /// later are better; who goes out in one round shares the best place of it.
    pub(crate) fn ranks_of_elimination(&self) -> Vec<i64> {
        // Where each loser goes, and whether anybody comes after the winner.
        let goes_on = |id: i64, loses: bool| {
            self.matches.iter().any(|of| of.from.contains(&Some((id, loses))))
        };
        // Matches for a place are played by those who have lost the matches before; their players went
        // out with those, and are parted by it.
        let for_place = |of: &SeenMatch| {
            of.round > 0
                && !goes_on(of.id, false)
                && of.from.iter().all(|from| from.is_some_and(|(_, loses)| loses))
        };
        let mut out: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        for of in self.matches.iter().filter(|of| !for_place(of)) {
            let Some(loser) = of.loser else { continue };
            let drops = self
                .matches
                .iter()
                .any(|next| next.from.contains(&Some((of.id, true))) && !for_place(next));
            if !drops {
                // The losers' bracket counts downwards, and what is left is the final.
                let level = if of.round < 0 { -of.round } else { 1_000 + of.round };
                out.insert(loser, (level, 0));
            }
        }
        for of in self.matches.iter().filter(|of| for_place(of)) {
            if let Some(winner) = of.winner {
                out.entry(winner).and_modify(|level| level.1 = 1);
            }
        }
        let champion = self.matches.iter().filter(|of| of.round > 0 && !for_place(of));
        let champion = champion.max_by_key(|of| (of.round, of.id)).and_then(|of| of.winner);
        let level = |id: i64| match out.get(&id) {
            Some(level) => *level,
            None if champion == Some(id) => (10_000, 0),
            // Without a grand final the winner of the losers' bracket has lost but once.
            None => (5_000, 0),
        };
        let levels: Vec<_> = self.participants.iter().map(|(id, _)| level(*id)).collect();
        shared(&levels)
    }

    /// What a table counts of each participant, by seed.
    pub(crate) fn tallies(&self) -> Vec<Tally> {
        let tally = |id: i64| {
            let mut tally = Tally::default();
            for of in self.matches.iter().filter(|of| of.state == "complete") {
                let Some(side) = of.players.iter().position(|player| *player == Some(id)) else {
                    continue;
                };
                tally.played += 1;
                tally.wins += i64::from(of.winner == Some(id));
                tally.ties += i64::from(of.tie);
                for set in &of.sets {
                    tally.games += i64::from(set[side] > set[1 - side]);
                    tally.points += set[side];
                }
            }
            tally
        };
        self.participants.iter().map(|(id, _)| tally(*id)).collect()
    }

    /// The final ranks by seed of a round robin with the options that nobody chose: match wins, then
    /// wins among those who are level, sets won, points scored.
    pub(crate) fn ranks_of_round_robin(&self) -> Vec<i64> {
        let tallies = self.tallies();
        let keys: Vec<_> = self
            .participants
            .iter()
            .zip(&tallies)
            .map(|((id, _), tally)| {
                let level = |other: i64| {
                    let at = self.participants.iter().position(|(id, _)| *id == other).unwrap();
                    tallies[at].wins == tally.wins
                };
                let beaten = self.matches.iter().filter(|of| of.winner == Some(*id));
                let among = beaten.filter(|of| of.loser.is_some_and(level)).count();
                (tally.wins, among, tally.games, tally.points)
            })
            .collect();
        shared(&keys)
    }
}

/// What a table counts.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) played: i64,
    pub(crate) wins: i64,
    pub(crate) ties: i64,
    pub(crate) games: i64,
    pub(crate) points: i64,
}

/// The place of each, where the greatest is best; those who are equal share the best place.
fn shared<T: Ord>(keys: &[T]) -> Vec<i64> {
    let better = |key: &T| keys.iter().filter(|other| *other > key).count();
    keys.iter().map(|key| 1 + i64::try_from(better(key)).unwrap()).collect()
}

/// A result of a match: the attributes of a report, and who wins by it.
pub(crate) fn random_report(of: &SeenMatch, draws: bool, dice: &mut Dice) -> (Value, Option<i64>) {
    if of.players.len() > 2 {
        return (random_places(of, dice), None);
    }
    let winner = if draws && dice.once_in(5) { None } else { Some(dice.roll(2)) };
    let mut scores = [Vec::new(), Vec::new()];
    for _ in 0..=dice.roll(3) {
        let low = dice.roll(10);
        let high = low + 1 + dice.roll(3);
        // The winner of the match may lose a set.
        let (anybody, upset) = (dice.roll(2), dice.roll(4) / 3);
        let best = winner.map_or(anybody, |won| (won + upset) % 2);
        scores[best].push(high.to_string());
        scores[1 - best].push(low.to_string());
    }
    let side = |number: usize| {
        json!({
            "participant_id": of.players[number],
            "score_set": scores[number].join(","),
            "advancing": winner == Some(number),
        })
    };
    let report = json!({"match": [side(0), side(1)], "tie": winner.is_none()});
    (report, winner.and_then(|won| of.players[won]))
}

/// A result of a match of more than two sides: everybody gets a place.
fn random_places(of: &SeenMatch, dice: &mut Dice) -> Value {
    let mut places: Vec<usize> = (1..=of.players.iter().flatten().count()).collect();
    let sides: Vec<Value> = of
        .players
        .iter()
        .flatten()
        .map(|player| {
            let place = places.swap_remove(dice.roll(places.len()));
            json!({"participant_id": player, "score_set": (99 - place).to_string(), "rank": place})
        })
        .collect();
    json!({"match": sides})
}
