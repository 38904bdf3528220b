//! Sample people, application and tournaments, for a first look.

use tiltyard_bracket::MatchState;
use tiltyard_oauth::preset::Preset;

use crate::{
    Actor, Core, Error,
    accounts::{NewPerson, Origin},
    applications::{Created, NewApplication},
    error::Result,
    tournaments::{
        By, Kind, NewTournament, StateChange,
        matches::{Report, Side},
        participants::NewParticipant,
    },
};

/// What was made.
#[derive(Debug, Clone)]
pub struct Demo {
    /// The organizer and operator: user name and password.
    pub organizer: (String, String),
    /// A player: user name and password.
    pub player: (String, String),
    /// The application.
    pub application: Created,
    /// Addresses of the tournaments' pages: one under way, one finished.
    pub tournaments: Vec<String>,
}

/// Players of the double elimination that is under way.
const RIDERS: [&str; 14] = [
    "Ysolde Varga",
    "Tomás Brandt",
    "Mirela Okafor",
    "Jun Castellan",
    "Priya Lindqvist",
    "Emre Fairweather",
    "Noor de Witt",
    "Caspian Rowe",
    "Aiko Petrov",
    "Luca Thorne",
    "Zahra Quill",
    "Bastian Moreau",
    "Signe Alvarado",
    "Dario Kestrel",
];

/// Teams of the finished single elimination.
const TEAMS: [&str; 8] = [
    "Argent Lions",
    "Sable Griffins",
    "Gules Stags",
    "Vert Wyverns",
    "Azure Herons",
    "Or Falcons",
    "Ermine Wolves",
    "Tenné Boars",
];

impl Core {
    /// Fills an empty installation with samples. The passwords are told, so this refuses where
    /// somebody has an account already.
    pub async fn demo(&self) -> Result<Demo> {
        if !self.is_unclaimed().await? {
            return Err(Error::conflict(
                "there are accounts here already; choose an empty data directory for the demo",
            ));
        }
        let organizer = ("marshal".to_owned(), self.demo_password()?);
        let player = ("ysolde".to_owned(), self.demo_password()?);
        let person = self
            .create_person_as_operator(NewPerson {
                username: organizer.0.clone(),
                email: "marshal@example.org".to_owned(),
                password: organizer.1.clone(),
                operator: true,
            })
            .await?;
        self.create_person_as_operator(NewPerson {
            username: player.0.clone(),
            email: "ysolde@example.org".to_owned(),
            password: player.1.clone(),
            operator: false,
        })
        .await?;
        let actor = person.actor();
        let application = self
            .create_application(
                &actor,
                NewApplication {
                    owner: person.id,
                    name: "Stream Overlay".to_owned(),
                    preset: Preset::Challonge,
                    redirect_uris: vec!["http://127.0.0.1:8765/callback".to_owned()],
                    scopes: None,
                },
                Origin::default(),
            )
            .await?;
        let open = self.demo_tournament(&actor, open_lists(), &RIDERS).await?;
        self.demo_play(&actor, open.clone(), 17).await?;
        let cup = self.demo_tournament(&actor, heralds_cup(), &TEAMS).await?;
        self.demo_play(&actor, cup.clone(), usize::MAX).await?;
        self.change_tournament_state(&actor, cup, StateChange::Finalize).await?;
        let tournaments = vec!["lists_open".to_owned(), "heralds_cup".to_owned()];
        Ok(Demo { organizer, player, application, tournaments })
    }

    fn demo_password(&self) -> Result<String> {
        const WORDS: [&str; 16] = [
            "lance", "herald", "tilt", "banner", "crest", "helm", "joust", "plume", "squire",
            "anvil", "stirrup", "visor", "pennon", "saddle", "charger", "gauntlet",
        ];
        let bytes = self.random::<6>()?;
        let words: Vec<&str> =
            bytes[..4].iter().map(|byte| WORDS[usize::from(byte % 16)]).collect();
        let number = u16::from_be_bytes([bytes[4], bytes[5]]);
        Ok(format!("{}-{number}", words.join("-")))
    }

    async fn demo_tournament(
        &self,
        actor: &Actor,
        new: NewTournament,
        names: &[&str],
    ) -> Result<By> {
        let tournament = self.create_tournament(actor, new).await?;
        let by = By::Id(tournament.row.id);
        let participants = names
            .iter()
            .map(|name| NewParticipant {
                name: Some((*name).to_owned()),
                ..NewParticipant::default()
            })
            .collect();
        self.add_participants(actor, by.clone(), participants, true).await?;
        self.change_tournament_state(actor, by.clone(), StateChange::Start).await?;
        Ok(by)
    }

    /// Plays up to `limit` matches in the suggested order, with an upset now and then.
    async fn demo_play(&self, actor: &Actor, by: By, limit: usize) -> Result<()> {
        for number in 0..limit {
            let tournament = self
                .tournament(actor, by.clone(), crate::permissions::Permission::ReadMatches)
                .await?;
            let next = tournament
                .listed_matches()
                .filter(|(_, m)| m.state == MatchState::Open)
                .min_by_key(|(_, m)| m.play_order)
                .map(|(row, m)| (row.id, m.clone()));
            let Some((id, m)) = next else { return Ok(()) };
            let players: Vec<_> =
                m.slots.iter().filter_map(|slot| slot.content.entrant()).collect();
            let [first, second] = players[..] else { return Ok(()) };
            let favourite = usize::from(first.0 > second.0);
            let upset = number % 5 == 3;
            let winner = if upset { 1 - favourite } else { favourite };
            let close = number % 3 == 1;
            let sides = [first, second]
                .into_iter()
                .enumerate()
                .filter_map(|(slot, entrant)| {
                    let participant = tournament.participant(entrant)?.id;
                    let won = slot == winner;
                    let scores = match (won, close) {
                        (true, true) => vec![3, 1, 3],
                        (false, true) => vec![1, 3, 2],
                        (true, false) => vec![3, 3],
                        (false, false) => vec![1, 0],
                    };
                    Some(Side { participant, scores, advancing: won, rank: None })
                })
                .collect();
            self.report_match(actor, by.clone(), id, Report { sides, tie: false }).await?;
        }
        Ok(())
    }
}

fn open_lists() -> NewTournament {
    NewTournament {
        name: "Open of the Lists".to_owned(),
        slug: Some("lists_open".to_owned()),
        kind: Kind::DoubleElimination,
        game_name: "Joust Royale".to_owned(),
        description: "Fourteen riders, two lives each. First to two sets; the grand final can be \
                      reset.\n\nDoors at noon, first tilt at one."
            .to_owned(),
        ..NewTournament::default()
    }
}

fn heralds_cup() -> NewTournament {
    let mut new = NewTournament {
        name: "Heralds' Cup".to_owned(),
        slug: Some("heralds_cup".to_owned()),
        kind: Kind::SingleElimination,
        game_name: "Banner Clash".to_owned(),
        description: "Eight houses, one afternoon.".to_owned(),
        ..NewTournament::default()
    };
    new.options.match_options.consolation_matches_target_rank = Some(3);
    new
}
