//! The scopes that exist, with the words of the consent page. What a scope permits is decided
//! elsewhere, in one table; here is only the vocabulary.

/// Whose API a scope belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Platform {
    /// OpenID Connect.
    OpenId,
    /// Challonge v2.1, which is also the platform's own vocabulary.
    Challonge,
    /// Toornament v2.
    Toornament,
    /// Trackmania web API.
    Trackmania,
    /// mtgbracket.
    Mtgbracket,
}

/// Whether a scope lets an application see or change things. Consent pages show both apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ScopeKind {
    /// Sees.
    Reads,
    /// Changes (and, where the platform says so, sees).
    Writes,
}

/// Who a token stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A person, through an application.
    Person,
    /// The application itself (client credentials).
    Application,
}

/// A known scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScopeInfo {
    /// The name on the wire.
    pub name: &'static str,
    /// Whose it is.
    pub platform: Platform,
    /// A few words, for lists.
    pub title: &'static str,
    /// One sentence for the consent page; its subject is the application.
    pub sentence: &'static str,
    /// Sees or changes.
    pub kind: ScopeKind,
    /// May be granted by a person.
    pub person: bool,
    /// May be had by an application for itself.
    pub application: bool,
}

impl ScopeInfo {
    /// Says whether a token of that holder can carry the scope.
    pub const fn fits(&self, holder: Holder) -> bool {
        match holder {
            Holder::Person => self.person,
            Holder::Application => self.application,
        }
    }
}

/// Who may carry a scope, in the table below.
#[derive(Clone, Copy)]
enum For {
    Person,
    Application,
    Both,
}

const fn scope(
    platform: Platform,
    name: &'static str,
    kind: ScopeKind,
    carrier: For,
    title: &'static str,
    sentence: &'static str,
) -> ScopeInfo {
    let person = matches!(carrier, For::Person | For::Both);
    let application = matches!(carrier, For::Application | For::Both);
    ScopeInfo { name, platform, title, sentence, kind, person, application }
}

use For::{Application, Both, Person};
use Platform::{Challonge, Mtgbracket, OpenId, Toornament, Trackmania};
use ScopeKind::{Reads, Writes};

/// All known scopes, in the order in which pages list them.
pub const SCOPES: &[ScopeInfo] = &[
    scope(
        OpenId,
        "openid",
        Reads,
        Person,
        "Sign-in",
        "Learn who you are when you sign in with it.",
    ),
    scope(OpenId, "profile", Reads, Person, "Profile", "See your name, user name and picture."),
    scope(OpenId, "email", Reads, Person, "E-mail address", "See your e-mail address."),
    scope(Challonge, "me", Reads, Person, "Your account", "See your account details."),
    scope(
        Challonge,
        "tournaments:read",
        Reads,
        Both,
        "See tournaments",
        "See your tournaments, also those that are not public.",
    ),
    scope(
        Challonge,
        "tournaments:write",
        Writes,
        Both,
        "Manage tournaments",
        "Create, change, start, finish and delete your tournaments.",
    ),
    scope(
        Challonge,
        "matches:read",
        Reads,
        Both,
        "See matches",
        "See the matches and scores of your tournaments.",
    ),
    scope(
        Challonge,
        "matches:write",
        Writes,
        Both,
        "Report matches",
        "Report, change and reopen matches of your tournaments.",
    ),
    scope(
        Challonge,
        "participants:read",
        Reads,
        Both,
        "See participants",
        "See the participants of your tournaments.",
    ),
    scope(
        Challonge,
        "participants:write",
        Writes,
        Both,
        "Manage participants",
        "Add, change, seed and remove participants of your tournaments.",
    ),
    scope(
        Challonge,
        "attachments:read",
        Reads,
        Both,
        "See attachments",
        "See the files and notes attached to matches of your tournaments.",
    ),
    scope(
        Challonge,
        "attachments:write",
        Writes,
        Both,
        "Manage attachments",
        "Attach, change and delete files and notes at matches of your tournaments.",
    ),
    scope(
        Challonge,
        "stations:read",
        Reads,
        Both,
        "See stations",
        "See the stations of your tournaments and who is called to them.",
    ),
    scope(
        Challonge,
        "communities:manage",
        Writes,
        Both,
        "Manage communities",
        "Use the other permissions in the communities that you administer as well.",
    ),
    scope(
        Challonge,
        "application:organizer",
        Writes,
        Both,
        "Organize through the application",
        "Manage the tournaments that you make through this application, and only those.",
    ),
    scope(
        Challonge,
        "application:player",
        Writes,
        Both,
        "Play through the application",
        "Register you for tournaments of this application and report your own scores.",
    ),
    scope(
        Challonge,
        "application:manage",
        Writes,
        Application,
        "Manage the application",
        "Manage everything that was made through this application, whoever made it.",
    ),
    scope(
        Toornament,
        "user:info",
        Reads,
        Person,
        "Public account information",
        "See the public information of your account.",
    ),
    scope(
        Toornament,
        "participant:manage_registrations",
        Writes,
        Person,
        "Your registrations",
        "See your registrations for tournaments, register you and withdraw you.",
    ),
    scope(
        Toornament,
        "participant:manage_participations",
        Writes,
        Person,
        "Your participations",
        "See and change your participations in tournaments.",
    ),
    scope(
        Toornament,
        "organizer:view",
        Reads,
        Both,
        "See your tournaments",
        "List the tournaments that you organize and see their settings.",
    ),
    scope(
        Toornament,
        "organizer:admin",
        Writes,
        Both,
        "Manage your tournaments",
        "Create tournaments and change their settings and structure.",
    ),
    scope(
        Toornament,
        "organizer:result",
        Writes,
        Both,
        "Manage results",
        "See and change matches, and enter their results.",
    ),
    scope(
        Toornament,
        "organizer:participant",
        Writes,
        Both,
        "Manage participants",
        "See, add, change and remove the participants of your tournaments.",
    ),
    scope(
        Toornament,
        "organizer:registration",
        Writes,
        Both,
        "Manage registrations",
        "See, accept and refuse registrations for your tournaments.",
    ),
    scope(
        Toornament,
        "organizer:permission",
        Writes,
        Both,
        "Manage permissions",
        "See and change who may help you in your tournaments.",
    ),
    scope(
        Toornament,
        "organizer:placement",
        Writes,
        Both,
        "Manage placement",
        "Place the participants of your tournaments in their stages.",
    ),
    scope(
        Toornament,
        "organizer:delete",
        Writes,
        Both,
        "Delete tournaments",
        "Delete your tournaments.",
    ),
    scope(Trackmania, "clubs", Reads, Person, "Your clubs", "See the clubs that you administer."),
    scope(
        Trackmania,
        "read_favorite",
        Reads,
        Person,
        "See favourite maps",
        "See your favourite maps and your records on maps.",
    ),
    scope(
        Trackmania,
        "write_favorite",
        Writes,
        Person,
        "Change favourite maps",
        "Add and remove your favourite maps.",
    ),
    scope(Mtgbracket, "USER_READ", Reads, Person, "Profile: view", "See your profile."),
    scope(Mtgbracket, "USER_WRITE", Writes, Person, "Profile: edit", "Change your profile."),
    scope(
        Mtgbracket,
        "ORGANIZATION_READ",
        Reads,
        Person,
        "Organizations: view",
        "See your organizations.",
    ),
    scope(
        Mtgbracket,
        "ORGANIZATION_WRITE",
        Writes,
        Person,
        "Organizations: edit",
        "Create, change and delete your organizations.",
    ),
    scope(Mtgbracket, "EVENT_READ", Reads, Person, "Events: view", "See your events."),
    scope(
        Mtgbracket,
        "EVENT_WRITE",
        Writes,
        Person,
        "Events: edit",
        "Create, change, run and delete your events.",
    ),
    scope(Mtgbracket, "DECK_READ", Reads, Person, "Decks: view", "See your decks."),
    scope(
        Mtgbracket,
        "DECK_WRITE",
        Writes,
        Person,
        "Decks: edit",
        "Create, change and delete your decks.",
    ),
];

/// What is known of a scope name.
pub fn lookup(name: &str) -> Option<&'static ScopeInfo> {
    SCOPES.iter().find(|info| info.name == name)
}

/// The scopes of one platform.
pub fn of_platform(platform: Platform) -> impl Iterator<Item = &'static ScopeInfo> {
    SCOPES.iter().filter(move |info| info.platform == platform)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::scope::Scope;

    #[test]
    fn names_are_unique_and_fit_the_grammar() {
        let names: BTreeSet<&str> = SCOPES.iter().map(|info| info.name).collect();
        assert_eq!(names.len(), SCOPES.len());
        for info in SCOPES {
            let bytes_fit = info.name.bytes().all(|it| it.is_ascii_graphic() && it != b'"');
            assert!(bytes_fit && !info.name.contains('\\'), "{}", info.name);
            assert_eq!(info.name.parse::<Scope>().map(|scope| scope.info()), Ok(Some(info)));
        }
    }

    #[test]
    fn every_scope_has_somebody_to_carry_it_and_words() {
        for info in SCOPES {
            assert!(info.person || info.application, "{}", info.name);
            assert!(info.sentence.ends_with('.') && !info.title.is_empty(), "{}", info.name);
        }
    }

    #[test]
    fn what_is_about_a_person_is_not_for_applications() {
        for name in ["me", "user:info", "openid", "email", "clubs", "USER_READ"] {
            assert_eq!(lookup(name).map(|it| it.fits(Holder::Application)), Some(false), "{name}");
        }
        let manage = lookup("application:manage");
        assert_eq!(manage.map(|it| it.fits(Holder::Person)), Some(false));
    }
}
