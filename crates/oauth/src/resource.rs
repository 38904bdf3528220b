//! The resources that a token may be for (RFC 8707): the issuer, which stands for all of them, and
//! the base of each API below it.

use crate::error::{ErrorCode, TokenError};

/// Something that takes our access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u16)]
pub enum Resource {
    /// Everything: a token for the issuer opens each API. Also the endpoints that belong to no API.
    Issuer = 1 << 0,
    /// Challonge's API v2.1.
    ChallongeV2 = 1 << 1,
    /// Challonge's API v1.
    ChallongeV1 = 1 << 2,
    /// Toornament's general API.
    ToornamentV2 = 1 << 3,
    /// Toornament's API for organizers.
    ToornamentOrganizer = 1 << 4,
    /// Toornament's API for viewers.
    ToornamentViewer = 1 << 5,
    /// Toornament's API for participants.
    ToornamentParticipant = 1 << 6,
    /// Toornament's API for accounts.
    ToornamentAccount = 1 << 7,
    /// Trackmania's API.
    Api = 1 << 8,
    /// mtgbracket's API, as far as it is about people.
    Users = 1 << 9,
}

impl Resource {
    /// All resources, the issuer first.
    pub const ALL: [Self; 10] = [
        Self::Issuer,
        Self::ChallongeV2,
        Self::ChallongeV1,
        Self::ToornamentV2,
        Self::ToornamentOrganizer,
        Self::ToornamentViewer,
        Self::ToornamentParticipant,
        Self::ToornamentAccount,
        Self::Api,
        Self::Users,
    ];

    /// Where it lies below the issuer; empty for the issuer itself.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Issuer => "",
            Self::ChallongeV2 => "/v2.1",
            Self::ChallongeV1 => "/v1",
            Self::ToornamentV2 => "/v2",
            Self::ToornamentOrganizer => "/organizer/v2",
            Self::ToornamentViewer => "/viewer/v2",
            Self::ToornamentParticipant => "/participant/v2",
            Self::ToornamentAccount => "/account/v2",
            Self::Api => "/api",
            Self::Users => "/users",
        }
    }

    /// Its identifier: the address under the issuer, without a slash at the end.
    pub fn identifier(self, issuer: &str) -> String {
        format!("{issuer}{}", self.path())
    }

    /// The resource of that identifier. One slash at the end is overlooked, because clients make
    /// identifiers by parsing and writing addresses.
    pub fn of(issuer: &str, identifier: &str) -> Option<Self> {
        let path = identifier.strip_prefix(issuer)?;
        let path = path.strip_suffix('/').unwrap_or(path);
        Self::ALL.into_iter().find(|resource| resource.path() == path)
    }
}

/// The resources that a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ResourceSet(u16);

impl ResourceSet {
    /// Those of our resources that an audience (RFC 7519 §4.1.3) names.
    pub fn of_audience(issuer: &str, audience: &[String]) -> Self {
        let known = audience.iter().filter_map(|name| Resource::of(issuer, name));
        Self(known.fold(0, |set, resource| set | resource as u16))
    }

    /// Says whether a token for these resources may be used at that one (RFC 8707 §2.2).
    pub const fn opens(self, resource: Resource) -> bool {
        self.0 & (Resource::Issuer as u16 | resource as u16) != 0
    }

    /// Says whether none of our resources is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Why `resource` is refused: `invalid_target` (RFC 8707 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ResourceRefusal {
    /// Not one of ours.
    #[error("There is no such resource; see the protected resource metadata.")]
    Unknown,
    /// More than was granted.
    #[error("The resource is more than was granted.")]
    NotGranted,
}

impl From<ResourceRefusal> for TokenError {
    fn from(refusal: ResourceRefusal) -> Self {
        Self::new(ErrorCode::InvalidTarget, refusal.to_string())
    }
}

/// The identifiers of the resources that a request names, each once and in one form.
pub fn known(issuer: &str, asked: &[String]) -> Result<Vec<String>, ResourceRefusal> {
    let mut found: Vec<String> = Vec::with_capacity(asked.len());
    for identifier in asked {
        let resource = Resource::of(issuer, identifier).ok_or(ResourceRefusal::Unknown)?;
        let identifier = resource.identifier(issuer);
        if !found.contains(&identifier) {
            found.push(identifier);
        }
    }
    Ok(found)
}

/// The resources of one access token: those asked for, if the grant covers them, otherwise all of
/// the grant's. A grant that names none, or the issuer, covers every resource.
pub fn narrow(
    issuer: &str,
    granted: &[String],
    asked: &[String],
) -> Result<Vec<String>, ResourceRefusal> {
    let asked = known(issuer, asked)?;
    if asked.is_empty() {
        return Ok(granted.to_vec());
    }
    let covers_all = granted.is_empty() || granted.iter().any(|name| name == issuer);
    if covers_all || asked.iter().all(|name| granted.contains(name)) {
        Ok(asked)
    } else {
        Err(ResourceRefusal::NotGranted)
    }
}

/// The audience of a token for these resources: the issuer where none is named.
pub fn audience(issuer: &str, resources: &[String]) -> Vec<String> {
    if resources.is_empty() { vec![issuer.to_owned()] } else { resources.to_vec() }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const ISSUER: &str = "https://id.example";

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_resource_is_found_by_its_identifier_and_no_two_are_one() {
        let mut bits = 0;
        for resource in Resource::ALL {
            let identifier = resource.identifier(ISSUER);
            assert_eq!(Resource::of(ISSUER, &identifier), Some(resource));
            assert_eq!(Resource::of(ISSUER, &format!("{identifier}/")), Some(resource));
            assert_eq!(bits & resource as u16, 0);
            bits |= resource as u16;
        }
    }

    #[rstest]
    #[case("https://id.example.evil.example")]
    #[case("https://id.example/v2.1/tournaments")]
    #[case("https://id.example//")]
    #[case("https://id.example/V2.1")]
    #[case("http://id.example")]
    #[case("")]
    fn other_addresses_are_no_resource(#[case] identifier: &str) {
        assert_eq!(known(ISSUER, &owned(&[identifier])), Err(ResourceRefusal::Unknown));
    }

    #[rstest]
    #[case(&[], &[], &[])]
    #[case(&[], &["https://id.example/v1/", "https://id.example/v1"], &["https://id.example/v1"])]
    #[case(&["https://id.example"], &["https://id.example/api"], &["https://id.example/api"])]
    #[case(&["https://id.example/v1"], &[], &["https://id.example/v1"])]
    #[case(
        &["https://id.example/v1", "https://id.example/v2"],
        &["https://id.example/v2"],
        &["https://id.example/v2"]
    )]
    fn what_is_asked_narrows_what_was_granted(
        #[case] granted: &[&str],
        #[case] asked: &[&str],
        #[case] expected: &[&str],
    ) {
        assert_eq!(narrow(ISSUER, &owned(granted), &owned(asked)), Ok(owned(expected)));
    }

    #[test]
    fn more_than_was_granted_is_refused() {
        let granted = owned(&["https://id.example/v1"]);
        for asked in ["https://id.example/v2.1", "https://id.example"] {
            let refused = narrow(ISSUER, &granted, &owned(&[asked]));
            assert_eq!(refused, Err(ResourceRefusal::NotGranted));
        }
        assert_eq!(TokenError::from(ResourceRefusal::NotGranted).code, ErrorCode::InvalidTarget);
    }

    #[test]
    fn a_token_opens_its_resources_and_one_for_the_issuer_all() {
        let set = |names: &[&str]| ResourceSet::of_audience(ISSUER, &owned(names));
        let one = set(&["https://id.example/v1", "https://other.example"]);
        assert!(one.opens(Resource::ChallongeV1) && !one.opens(Resource::ChallongeV2));
        assert!(!one.opens(Resource::Issuer));
        for resource in Resource::ALL {
            assert!(set(&[ISSUER]).opens(resource));
        }
        assert!(set(&["https://other.example"]).is_empty());
        assert_eq!(audience(ISSUER, &[]), [ISSUER]);
    }
}
