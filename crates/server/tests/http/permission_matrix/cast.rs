//! Who asks, and about what.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use tiltyard_core::accounts::{Origin, Person};
use tiltyard_oauth::preset::Preset;

use super::{
    Route,
    examples::{Deed, Stage},
};
use crate::support::{Answer, Api, Credential, Flow, TestServer};

/// The people of the play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Has nothing to do with any of it.
    Stranger,
    /// Belongs to the community.
    Member,
    /// Organizes in the community.
    Organizer,
    /// Made all tournaments, and the community.
    Owner,
    /// Takes part in every tournament.
    Player,
    /// Has the application.
    Studio,
}

/// What kind of credential somebody shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Nobody,
    /// A personal key without bounds.
    Key,
    /// A person's token.
    Token,
    /// An application's own token.
    Machine,
    /// The key that names an application.
    Named,
}

/// Somebody who asks.
pub(super) struct Caller {
    /// Short, for columns; the user name where a personal key is shown.
    pub(super) name: &'static str,
    /// Who that is.
    pub(super) words: &'static str,
    pub(super) kind: Kind,
    pub(super) who: Option<Who>,
    pub(super) scopes: &'static [&'static str],
    /// Comes through the application that made the application's tournament.
    pub(super) through: bool,
    secret: String,
}

/// Where a route stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Below the API itself.
    Plain,
    /// Below a community.
    Community,
    /// Below `/application`.
    Application,
}

impl Place {
    pub(super) fn of(path: &str) -> Self {
        if path.contains("/{community}/tournaments") {
            Self::Community
        } else if path.contains("/application/") {
            Self::Application
        } else {
            Self::Plain
        }
    }

    /// What is asked for at a route of this place.
    pub(super) fn targets(self, path: &str) -> Vec<Option<Target>> {
        if !path.contains("{tournament}") {
            return vec![None];
        }
        let of_dialect = path.starts_with("/v2.1/");
        match self {
            Self::Plain if of_dialect => Target::ALL.map(Some).to_vec(),
            Self::Plain => vec![Some(Target::Public), Some(Target::Private)],
            Self::Community => vec![Some(Target::OfCommunity), Some(Target::Public)],
            Self::Application => vec![Some(Target::OfApplication), Some(Target::Public)],
        }
    }
}

/// A tournament to ask about. All are the owner's, open for sign-up; the player takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Target {
    Public,
    Private,
    /// A private one of the community.
    OfCommunity,
    /// The same, with the community as a parameter.
    ByParameter,
    /// A private one that was made through the application.
    OfApplication,
}

impl Target {
    pub(super) const ALL: [Self; 5] =
        [Self::Public, Self::Private, Self::OfCommunity, Self::ByParameter, Self::OfApplication];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::OfCommunity => "community's",
            Self::ByParameter => "community's, `community_id`",
            Self::OfApplication => "application's",
        }
    }

    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Public => "a public tournament of the owner",
            Self::Private => "a private tournament of the owner",
            Self::OfCommunity => "a private tournament of the community, made by the owner",
            Self::ByParameter => "the same, with the community as a parameter of the address",
            Self::OfApplication => {
                "a private tournament that the owner made through the application"
            }
        }
    }

    /// What stands in the store: the way to it is another matter.
    const fn stored(self) -> Self {
        match self {
            Self::ByParameter => Self::OfCommunity,
            other => other,
        }
    }
}

/// What bodies and paths name.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    pub(super) tournament: String,
    /// Somebody who takes part and is no person here.
    pub(super) participant: String,
    /// The match of the player, once there is one.
    pub(super) of_match: String,
    /// Those who play it, the player first.
    pub(super) players: Vec<i64>,
    /// What is attached to that match.
    pub(super) attachment: String,
    pub(super) community: String,
    /// A number that is new at each request.
    pub(super) fresh: u64,
}

/// Server, people, credentials, and the tournaments as they are just now.
pub(super) struct Cast<'a> {
    server: &'a TestServer,
    pub(super) callers: Vec<Caller>,
    people: HashMap<&'static str, Person>,
    owner: Api<'a>,
    /// The owner through the application.
    organizer: Api<'a>,
    /// Tournaments that nothing has changed since they were made.
    tournaments: HashMap<(Target, Stage), Ids>,
    community: Option<String>,
    count: u64,
}

const ALL: &[&str] = &[
    "me",
    "tournaments:read",
    "tournaments:write",
    "matches:read",
    "matches:write",
    "participants:read",
    "participants:write",
    "attachments:read",
    "attachments:write",
    "stations:read",
    "communities:manage",
];
const WITHOUT_COMMUNITIES: &[&str] = ALL.split_at(ALL.len() - 1).0;
const ONLY_ME: &[&str] = &["me"];
const PLAYER: &[&str] = &["application:player"];
const MANAGE: &[&str] = &["application:manage"];
const ORGANIZER: &[&str] = &["application:organizer"];
const OF_MACHINES: &[&str] = WITHOUT_COMMUNITIES.split_at(1).1;

async fn token(flow: &Flow<'_>, person: &Person, scopes: &[&str]) -> String {
    let Credential::Token(token) = flow.caller(person, &scopes.join(" ")).await.credential else {
        unreachable!()
    };
    token
}

async fn machine(flow: &Flow<'_>, scopes: &[&str]) -> String {
    let scope = scopes.join(" ");
    let grant = [("grant_type", "client_credentials"), ("scope", scope.as_str())];
    let tokens = flow.token(&grant).await.expect(200).json();
    tokens["access_token"].as_str().unwrap().to_owned()
}

impl<'a> Cast<'a> {
    pub(super) async fn new(server: &'a TestServer) -> Self {
        let mut people = HashMap::new();
        for name in ["stranger", "member", "organizer", "owner", "player", "studio", "newcomer"] {
            people.insert(name, server.person(name).await);
        }
        let game = server.client(&people["studio"], Preset::Challonge).await;
        let studio = people["studio"].actor();
        let named = server.core.rotate_application_key(&studio, &game.app.id, Origin::default());
        let named = named.await.unwrap().1;
        let other = server.client(&people["studio"], Preset::Challonge).await;
        let organizer = token(&game, &people["owner"], ORGANIZER).await;
        let mut callers = vec![Caller::new("nobody", "no credential", Kind::Nobody, String::new())];
        for (name, words, who) in [
            ("stranger", "a person who has nothing to do with it, by personal key", Who::Stranger),
            ("member", "a member of the community, by personal key", Who::Member),
            ("organizer", "an organizer of the community, by personal key", Who::Organizer),
            ("owner", "who made it all, by personal key", Who::Owner),
        ] {
            let key = server.personal_key(&people[name]).await;
            callers.push(Caller::new(name, words, Kind::Key, key).of(who));
        }
        let words = "the owner through an application, with every scope for people";
        let people_of = |who| if who == Who::Owner { "owner" } else { "player" };
        for (name, words, who, scopes, flow) in [
            ("all", words, Who::Owner, ALL, &game),
            (
                "no communities",
                "the same without `communities:manage`",
                Who::Owner,
                WITHOUT_COMMUNITIES,
                &game,
            ),
            ("`me`", "the same with the scope `me` alone", Who::Owner, ONLY_ME, &game),
            (
                "app organizer",
                "the owner through the application, with `application:organizer`",
                Who::Owner,
                ORGANIZER,
                &game,
            ),
            (
                "app player",
                "who takes part, through the application, with `application:player`",
                Who::Player,
                PLAYER,
                &game,
            ),
            (
                "other app",
                "the owner through another application, with `application:organizer`",
                Who::Owner,
                ORGANIZER,
                &other,
            ),
        ] {
            let token = token(flow, &people[people_of(who)], scopes).await;
            let caller = Caller::new(name, words, Kind::Token, token).of(who);
            callers.push(Caller { scopes, through: flow.app.id == game.app.id, ..caller });
        }
        for (name, words, scopes) in [
            (
                "app itself",
                "the application itself (client credentials), with `application:manage`",
                MANAGE,
            ),
            ("app plain", "the application itself, with the scopes about tournaments", OF_MACHINES),
        ] {
            let token = machine(&game, scopes).await;
            let caller = Caller::new(name, words, Kind::Machine, token).of(Who::Studio);
            callers.push(Caller { scopes, through: true, ..caller });
        }
        let words = "the key that names the application (`X-Api-Key`) and nothing else";
        callers.push(Caller::new("app key", words, Kind::Named, named));
        let owner = server.key_of(&people["owner"]).await;
        let organizer = server.api(Credential::Token(organizer));
        Self {
            server,
            callers,
            people,
            owner,
            organizer,
            tournaments: HashMap::new(),
            community: None,
            count: 0,
        }
    }

    /// The community as it should be.
    async fn community(&mut self) -> String {
        if let Some(community) = &self.community {
            return community.clone();
        }
        self.count += 1;
        let permalink = format!("club-{}", self.count);
        let attributes = json!({"name": "Club", "permalink": permalink});
        self.owner.post("/communities.json", attributes).await.expect(201);
        let members = format!("/communities/{permalink}/members.json");
        for role in ["member", "organizer"] {
            let who = json!({"username": role, "role": role});
            self.owner.post(&members, who).await.expect(201);
        }
        // Its tournaments are of this one.
        self.tournaments.retain(|(target, _), _| *target != Target::OfCommunity);
        self.community = Some(permalink.clone());
        permalink
    }

    /// The tournament as it should be.
    async fn tournament(&mut self, target: Target, stage: Stage) -> Ids {
        let target = target.stored();
        let community = self.community().await;
        if let Some(ids) = self.tournaments.get(&(target, stage)) {
            return ids.clone();
        }
        let (api, below) = match target {
            Target::OfApplication => (&self.organizer, "/application".to_owned()),
            Target::OfCommunity => (&self.owner, format!("/communities/{community}")),
            _ => (&self.owner, String::new()),
        };
        let attributes = json!({
            "name": "Cup",
            "private": target != Target::Public,
            "registration_options": {"open_signup": true},
            "match_options": {"accept_attachments": true},
            "prediction_options": {"prediction_method": 1},
        });
        let made = api.post(&format!("{below}/tournaments.json"), attributes).await.expect(201);
        let id = made.data()["id"].as_str().unwrap().to_owned();
        let path = format!("{below}/tournaments/{id}");
        let first = match stage {
            Stage::Open => json!({"name": "One"}),
            Stage::Pending | Stage::Underway | Stage::Reported | Stage::Predicting => {
                json!({"name": "Player", "username": "player"})
            }
        };
        let all =
            json!({"participants": [first, {"name": "Two"}, {"name": "Three"}, {"name": "Four"}]});
        let added = api.post(&format!("{path}/participants/bulk_add.json"), all).await.expect(200);
        let added = added.data();
        let id_of = |at: usize| added[at]["id"].as_str().unwrap().to_owned();
        let mut ids = Ids { tournament: id, participant: id_of(1), community, ..Ids::default() };
        if matches!(stage, Stage::Underway | Stage::Reported | Stage::Predicting) {
            let verb = if stage == Stage::Predicting { "open_predictions" } else { "start" };
            api.state(&path, verb).await.expect(200);
            let matches = api.matches(&path).await;
            let player = id_of(0);
            let sides = |of: &Value| {
                ["player1", "player2"].map(|side| {
                    of["relationships"][side]["data"]["id"].as_str().unwrap_or("0").to_owned()
                })
            };
            let of = matches.iter().find(|of| sides(of).contains(&player)).unwrap();
            of["id"].as_str().unwrap().clone_into(&mut ids.of_match);
            let (own, others): (Vec<_>, Vec<_>) =
                sides(of).into_iter().partition(|id| *id == player);
            let both = own.into_iter().chain(others);
            ids.players = both.map(|id| id.parse().unwrap()).collect();
            let attachments = format!("{path}/matches/{}/attachments.json", ids.of_match);
            let attached = api.post(&attachments, json!({"description": "Rain"})).await;
            attached.expect(201).data()["id"].as_str().unwrap().clone_into(&mut ids.attachment);
            if stage == Stage::Reported {
                api.win(&path, of, 1).await.expect(200);
            }
        }
        self.tournaments.insert((target, stage), ids.clone());
        ids
    }

    /// What a name in a path stands for. What belongs to a tournament of its own kind (an attachment, a
    /// station) is made here, by the owner, for the tournament in `ids`.
    fn value(&self, name: &str, ids: &Ids) -> String {
        match name {
            "tournament" => ids.tournament.clone(),
            "participant" => ids.participant.clone(),
            "match" => ids.of_match.clone(),
            "attachment" => ids.attachment.clone(),
            "community" => ids.community.clone(),
            // Who belongs to the community, and is not its owner.
            "person" => self.people["member"].id.to_string(),
            "id" => "me".to_owned(),
            other => panic!("give the name {{{other}}} of a path a value here"),
        }
    }

    /// Asks, and puts in order what the answer may have changed.
    pub(super) async fn ask(
        &mut self,
        caller: usize,
        route: &Route<'_>,
        target: Option<Target>,
    ) -> (u16, String) {
        let stage = route.example.stage;
        let mut ids = match target {
            Some(target) => self.tournament(target, stage).await,
            None => Ids { community: self.community().await, ..Ids::default() },
        };
        self.count += 1;
        ids.fresh = self.count;
        let mut path = String::new();
        for part in route.path.split('/').skip(1) {
            path.push('/');
            match part.split_once('{').and_then(|(_, rest)| rest.split_once('}')) {
                Some((name, suffix)) => {
                    path.push_str(&self.value(name, &ids));
                    path.push_str(suffix);
                }
                None => path.push_str(part),
            }
        }
        if target == Some(Target::ByParameter) {
            path.push_str("?community_id=");
            path.push_str(&ids.community);
        }
        let method: Method = route.method.to_ascii_uppercase().parse().unwrap();
        let request = self.server.request(method, &path).header("accept", "application/json");
        let request = self.callers[caller].dress(request, route.path);
        let body = (route.example.body)(&ids);
        let request = if body.is_null() { request } else { request.json(&body) };
        let answer = Answer::to(request).await;
        if answer.status < 300 {
            match route.example.deed {
                Deed::Write(_) | Deed::Report | Deed::Join | Deed::Leave => {
                    if let Some(target) = target {
                        self.tournaments.remove(&(target.stored(), stage));
                    }
                }
                Deed::Govern => self.community = None,
                _ => {}
            }
        }
        (answer.status, answer.text)
    }
}

impl Caller {
    fn new(name: &'static str, words: &'static str, kind: Kind, secret: String) -> Self {
        Self { name, words, kind, who: None, scopes: &[], through: false, secret }
    }

    fn of(self, who: Who) -> Self {
        Self { who: Some(who), ..self }
    }

    /// The request with the credential, where the dialect looks for it.
    fn dress(&self, request: RequestBuilder, path: &str) -> RequestBuilder {
        match self.kind {
            Kind::Nobody => request,
            Kind::Key if path.starts_with("/v1/") => {
                let both = STANDARD.encode(format!("{}:{}", self.name, self.secret));
                request.header("authorization", format!("Basic {both}"))
            }
            Kind::Key => request.header("authorization", &self.secret),
            Kind::Token | Kind::Machine => request.bearer_auth(&self.secret),
            Kind::Named => request.header("x-api-key", &self.secret),
        }
    }
}
