//! Words for what has only a name on the wire: scopes, presets, grants, switches.
//!
//! A name that is not here is shown as it is, so a new scope works before it has words.

/// Whether a scope lets an application look or touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Reading only.
    Read,
    /// Changing something, or both.
    Write,
}

/// A scope in words.
#[derive(Debug, Clone, Copy)]
pub struct ScopeText {
    /// Name on the wire.
    pub name: &'static str,
    /// Platform it belongs to, one of [`PLATFORMS`].
    pub platform: &'static str,
    /// Reading or writing.
    pub access: Access,
    /// What it allows, to follow "the application can".
    pub words: &'static str,
}

const fn read(platform: &'static str, name: &'static str, words: &'static str) -> ScopeText {
    ScopeText { name, platform, access: Access::Read, words }
}

const fn write(platform: &'static str, name: &'static str, words: &'static str) -> ScopeText {
    ScopeText { name, platform, access: Access::Write, words }
}

const IDENTITY: &str = "Identity";
const CHALLONGE: &str = "Challonge";
const TOORNAMENT: &str = "Toornament";
const TRACKMANIA: &str = "Trackmania";
const MTGBRACKET: &str = "mtgbracket";

/// Headings under which scopes are listed, in order.
pub const PLATFORMS: &[&str] = &[IDENTITY, CHALLONGE, TOORNAMENT, TRACKMANIA, MTGBRACKET];

/// Every scope with words.
pub const SCOPES: &[ScopeText] = &[
    read(IDENTITY, "openid", "Know who you are on this site"),
    read(IDENTITY, "profile", "See your user name and profile"),
    read(IDENTITY, "email", "See your e-mail address"),
    read(IDENTITY, "offline_access", "Stay connected while you are away"),
    read(CHALLONGE, "me", "See your account details"),
    read(CHALLONGE, "tournaments:read", "See your tournaments, private ones too"),
    write(CHALLONGE, "tournaments:write", "Create, change and delete your tournaments"),
    read(CHALLONGE, "matches:read", "See matches of your tournaments"),
    write(CHALLONGE, "matches:write", "Report and change results in your tournaments"),
    read(CHALLONGE, "participants:read", "See participants of your tournaments"),
    write(CHALLONGE, "participants:write", "Add, change and remove participants"),
    read(CHALLONGE, "attachments:read", "See files attached to your matches"),
    write(CHALLONGE, "attachments:write", "Attach files to your matches and remove them"),
    write(CHALLONGE, "communities:manage", "Manage the communities you administer"),
    write(
        CHALLONGE,
        "application:organizer",
        "Run tournaments for you that were made with this application",
    ),
    write(
        CHALLONGE,
        "application:player",
        "Register you and report your scores in this application's tournaments",
    ),
    write(
        CHALLONGE,
        "application:manage",
        "Manage everything that was made with this application, for all people",
    ),
    read(TOORNAMENT, "user:info", "See your public account information"),
    read(TOORNAMENT, "organizer:view", "See your tournaments and their settings"),
    write(TOORNAMENT, "organizer:admin", "Create tournaments and change their settings"),
    write(TOORNAMENT, "organizer:result", "Change matches and enter results"),
    write(TOORNAMENT, "organizer:participant", "Manage participants"),
    write(TOORNAMENT, "organizer:registration", "Manage registrations"),
    write(TOORNAMENT, "organizer:permission", "Decide who else may manage your tournaments"),
    write(TOORNAMENT, "organizer:placement", "Place participants in the slots of a stage"),
    write(TOORNAMENT, "organizer:delete", "Delete your tournaments"),
    write(TOORNAMENT, "participant:manage_registrations", "Register you for tournaments"),
    write(TOORNAMENT, "participant:manage_participations", "Act for you in your tournaments"),
    read(TRACKMANIA, "clubs", "See the clubs you administer"),
    read(TRACKMANIA, "read_favorite", "See your favourite maps and your records"),
    write(TRACKMANIA, "write_favorite", "Add and remove favourite maps"),
    read(MTGBRACKET, "USER_READ", "See your profile"),
    write(MTGBRACKET, "USER_WRITE", "Change your profile"),
    read(MTGBRACKET, "DECK_READ", "See your decks"),
    write(MTGBRACKET, "DECK_WRITE", "Create, change and delete your decks"),
    read(MTGBRACKET, "EVENT_READ", "See your events"),
    write(MTGBRACKET, "EVENT_WRITE", "Create, change and run your events"),
    read(MTGBRACKET, "ORGANIZATION_READ", "See your organizations"),
    write(MTGBRACKET, "ORGANIZATION_WRITE", "Change your organizations"),
];

/// A scope's entry, if it has one.
pub fn scope(name: &str) -> Option<&'static ScopeText> {
    SCOPES.iter().find(|text| text.name == name)
}

/// A scope in words, or its name.
pub fn scope_words(name: &str) -> &str {
    scope(name).map_or(name, |text| text.words)
}

/// Whether a scope reads or writes; one without words counts as writing.
pub fn scope_access(name: &str) -> Access {
    scope(name).map_or(Access::Write, |text| text.access)
}

/// A preset in words.
#[derive(Debug, Clone, Copy)]
pub struct PresetText {
    /// Name on the command line and in the form.
    pub name: &'static str,
    /// Title of its card.
    pub title: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// What it sets, in a few words.
    pub sets: &'static str,
    /// Whether it copies another platform's manners, and so relaxes some rules.
    pub compatible: bool,
}

const fn strict(
    name: &'static str,
    title: &'static str,
    purpose: &'static str,
    sets: &'static str,
) -> PresetText {
    PresetText { name, title, purpose, sets, compatible: false }
}

const fn compatible(
    name: &'static str,
    title: &'static str,
    purpose: &'static str,
    sets: &'static str,
) -> PresetText {
    PresetText { name, title, purpose, sets, compatible: true }
}

/// The presets, in the order of the cards.
pub const PRESETS: &[PresetText] = &[
    strict(
        "standard",
        "Web application",
        "A site with a server that can keep a secret.",
        "Code with PKCE and refresh tokens. Has a secret.",
    ),
    strict(
        "browser",
        "Browser or native app",
        "Code that runs where people can read it: a single-page site, a desktop or phone app.",
        "Code with PKCE and rotating refresh tokens. No secret.",
    ),
    strict(
        "device",
        "Device or game",
        "A console, television or game without a convenient keyboard.",
        "People type a short code at another device. No secret.",
    ),
    strict(
        "machine",
        "Machine",
        "A bot or server that acts for itself, never for people.",
        "Client credentials. Has a secret; tokens live one hour.",
    ),
    compatible(
        "challonge",
        "Challonge client",
        "An existing client of the Challonge API v2.1 (v1 in a later version).",
        "Code, refresh, device and client credentials; PKCE and redirect URI optional; tokens live a week.",
    ),
    compatible(
        "toornament",
        "Toornament client",
        "An existing client of Toornament. Signing in works; its tournaments come in a later version.",
        "Code, refresh and client credentials. PKCE optional; tokens live 25 hours.",
    ),
    compatible(
        "trackmania",
        "Trackmania client",
        "An existing client of Trackmania. Signing in works; the rest comes in a later version.",
        "Code, refresh and client credentials. PKCE optional; tokens live one hour.",
    ),
    compatible(
        "mtgbracket",
        "mtgbracket client",
        "An existing client of mtgbracket. Signing in works; the rest comes in a later version.",
        "Privileges are fixed here, not asked for. PKCE optional; opaque tokens, one hour.",
    ),
];

/// A preset's entry.
pub fn preset(name: &str) -> Option<&'static PresetText> {
    PRESETS.iter().find(|text| text.name == name)
}

/// A grant or a switch in words.
#[derive(Debug, Clone, Copy)]
pub struct ToggleText {
    /// Names on the command line and in the form; the first is the usual one.
    pub names: &'static [&'static str],
    /// Title.
    pub title: &'static str,
    /// What it allows, and what that costs.
    pub detail: &'static str,
    /// Whether it weakens the application; then it is marked as a warning.
    pub risky: bool,
}

const fn safe(
    names: &'static [&'static str],
    title: &'static str,
    detail: &'static str,
) -> ToggleText {
    ToggleText { names, title, detail, risky: false }
}

const fn risky(
    names: &'static [&'static str],
    title: &'static str,
    detail: &'static str,
) -> ToggleText {
    ToggleText { names, title, detail, risky: true }
}

/// Grants and switches with words.
pub const TOGGLES: &[ToggleText] = &[
    safe(
        &["authorization_code", "code"],
        "Authorization code",
        "People are sent here to allow the application, and come back with a code.",
    ),
    safe(
        &["refresh_token", "refresh"],
        "Refresh token",
        "The application stays connected until the person or you end it.",
    ),
    safe(
        &["client_credentials"],
        "Client credentials",
        "The application gets tokens for itself with its secret, without a person.",
    ),
    safe(
        &["device_code", "device", "urn:ietf:params:oauth:grant-type:device_code"],
        "Device code",
        "A device shows a short code that a person types at /activate.",
    ),
    risky(
        &["implicit"],
        "Implicit grant",
        "Tokens travel in the address bar, where history, logs and other scripts can read them. \
         Only for clients that know nothing else.",
    ),
    safe(
        &["cors"],
        "Cross-origin calls",
        "Scripts on the origins of the redirect URIs may call the token endpoint and the APIs.",
    ),
    risky(
        &["pkce-optional"],
        "PKCE may be missing",
        "An authorization code can be exchanged without proof that the same program asked for it. \
         Only for published clients that never learned PKCE.",
    ),
    risky(
        &["secret-optional"],
        "Secret may be missing",
        "Anyone who intercepts a code or refresh token can use it. Never applies to client \
         credentials.",
    ),
    risky(
        &["redirect-uri-optional"],
        "Redirect URI may be missing",
        "A request without redirect URI goes to the registered one. Works only while exactly one \
         is registered.",
    ),
    risky(
        &["query-token-request"],
        "Token request in the address",
        "Secrets may arrive in the query of the token endpoint, where proxies write them to logs.",
    ),
    safe(
        &["bare-token"],
        "Token without \"Bearer\"",
        "The Authorization header may hold the token alone.",
    ),
    safe(
        &["ignore-client-credentials-scopes"],
        "Scopes ignored for client credentials",
        "A token of the application itself carries no scopes, whatever was asked for.",
    ),
    safe(
        &["fixed-privileges"],
        "Fixed privileges",
        "Every token has the scopes ticked here. A change of them ends all tokens.",
    ),
    safe(
        &["require-pushed-requests"],
        "Pushed requests only",
        "A sign-in must be announced by the application itself (RFC 9126), so that nobody can change \
         it in the browser.",
    ),
    safe(
        &["introspect-all"],
        "Introspects every token",
        "A resource server: it may ask what any application's access token opens. Only an operator \
         can turn this on.",
    ),
];

/// A grant's or switch's entry.
pub fn toggle(name: &str) -> Option<&'static ToggleText> {
    TOGGLES.iter().find(|text| text.names.contains(&name))
}

#[cfg(test)]
mod tests {
    use super::{Access, PLATFORMS, PRESETS, SCOPES, TOGGLES, scope_access, scope_words};
    use std::collections::BTreeSet;

    #[test]
    fn has_each_name_once() {
        let scopes: BTreeSet<_> = SCOPES.iter().map(|text| text.name).collect();
        assert_eq!(scopes.len(), SCOPES.len());
        let toggles: Vec<_> = TOGGLES.iter().flat_map(|text| text.names).collect();
        assert_eq!(toggles.iter().collect::<BTreeSet<_>>().len(), toggles.len());
        let presets: BTreeSet<_> = PRESETS.iter().map(|text| text.name).collect();
        assert_eq!(presets.len(), 8);
    }

    #[test]
    fn lists_every_scope_under_a_platform() {
        assert!(SCOPES.iter().all(|text| PLATFORMS.contains(&text.platform)));
    }

    #[test]
    fn treats_an_unknown_scope_as_writing() {
        assert_eq!(scope_words("x:y"), "x:y");
        assert_eq!(scope_access("x:y"), Access::Write);
        assert_eq!(scope_access("me"), Access::Read);
    }
}
