//! Communities and their members in documents (reference/challonge §3.7).

use serde::Serialize;
use tiltyard_core::communities::{Community, Member, Role};
use utoipa::ToSchema;

use crate::{
    api::challonge_v2::{
        output::{Meta, PageLinks},
        resources::as_text,
    },
    http::time::iso,
};

/// A community.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::Community)]
pub(super) struct Resource<'a> {
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("community"))]
    kind: &'static str,
    attributes: Attributes<'a>,
}

/// A community's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::CommunityAttributes)]
struct Attributes<'a> {
    /// Its name in addresses.
    permalink: &'a str,
    /// Another name in addresses; the permalink where none was chosen.
    subdomain: &'a str,
    /// What never changes: the id as a text. All three lead to it.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    identifier: i64,
    name: &'a str,
    description: &'a str,
    /// What the caller is to it.
    #[schema(pattern = "^(owner|organizer|member)$", examples("owner"))]
    role: Option<&'static str>,
    timestamps: Timestamps,
}

/// When what happened to a community.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::CommunityTimestamps)]
struct Timestamps {
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

/// A community on the wire.
pub(super) fn resource(community: &Community) -> Resource<'_> {
    Resource {
        id: community.id,
        kind: "community",
        attributes: Attributes {
            permalink: &community.permalink,
            subdomain: &community.subdomain,
            identifier: community.id,
            name: &community.name,
            description: &community.description,
            role: community.role.map(Role::name),
            timestamps: Timestamps {
                created_at: iso(community.created_at),
                updated_at: iso(community.updated_at),
            },
        },
    }
}

/// Somebody who belongs to a community.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::CommunityMember)]
pub(super) struct MemberResource<'a> {
    /// The person's id.
    #[serde(serialize_with = "as_text")]
    #[schema(value_type = String, pattern = "^[0-9]+$", examples("10000001"))]
    id: i64,
    #[serde(rename = "type")]
    #[schema(examples("community_member"))]
    kind: &'static str,
    attributes: MemberAttributes<'a>,
}

/// A member's attributes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::CommunityMemberAttributes)]
struct MemberAttributes<'a> {
    username: &'a str,
    #[schema(pattern = "^(owner|organizer|member)$", examples("organizer"))]
    role: &'static str,
    timestamps: MemberTimestamps,
}

/// Since when somebody belongs to a community.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = challonge::CommunityMemberTimestamps)]
struct MemberTimestamps {
    #[schema(format = DateTime)]
    created_at: String,
}

/// A member on the wire.
pub(super) fn member(member: &Member) -> MemberResource<'_> {
    MemberResource {
        id: member.person,
        kind: "community_member",
        attributes: MemberAttributes {
            username: &member.username,
            role: member.role.name(),
            timestamps: MemberTimestamps { created_at: iso(member.since) },
        },
    }
}

/// The shapes of bodies and answers, for the OpenAPI document.
#[expect(dead_code, reason = "only the schemas are used")]
mod shapes {
    use super::{MemberResource, Meta, PageLinks, Resource, ToSchema};
    use crate::api::challonge_v2::resources::Included;

    /// A document with a community.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityDocument)]
    pub(in crate::api::challonge_v2) struct CommunityDocument {
        data: Resource<'static>,
    }

    /// A page of communities.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityList)]
    pub(in crate::api::challonge_v2) struct CommunityList {
        data: Vec<Resource<'static>>,
        included: Vec<Included<'static>>,
        meta: Meta,
        links: PageLinks,
    }

    /// What to make a community of, or to change of it.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityInput)]
    pub(in crate::api::challonge_v2) struct CommunityInput {
        data: CommunityInputData,
    }

    /// The resource in the body.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityInputData)]
    struct CommunityInputData {
        /// Not looked at.
        #[schema(examples("community"))]
        r#type: Option<String>,
        attributes: CommunityInputAttributes,
    }

    /// What can be chosen; `name` and `permalink` are needed for a new one.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityInputAttributes)]
    struct CommunityInputAttributes {
        #[schema(max_length = 80, examples("Nerdfest"))]
        name: Option<String>,
        /// Letters, numbers, hyphens and underscores.
        #[schema(min_length = 2, max_length = 60, examples("nerdfest"))]
        permalink: Option<String>,
        /// The permalink where it is left out, or null.
        #[schema(min_length = 2, max_length = 60)]
        subdomain: Option<String>,
        #[schema(max_length = 20_000)]
        description: Option<String>,
    }

    /// A document with a member.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityMemberDocument)]
    pub(in crate::api::challonge_v2) struct MemberDocument {
        data: MemberResource<'static>,
    }

    /// A page of members.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityMemberList)]
    pub(in crate::api::challonge_v2) struct MemberList {
        data: Vec<MemberResource<'static>>,
        included: Vec<Included<'static>>,
        meta: Meta,
        links: PageLinks,
    }

    /// Whom to add, and as what.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityMemberInput)]
    pub(in crate::api::challonge_v2) struct MemberInput {
        data: MemberInputData,
    }

    /// The resource in the body.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityMemberInputData)]
    struct MemberInputData {
        /// Not looked at.
        #[schema(examples("community_member"))]
        r#type: Option<String>,
        attributes: MemberInputAttributes,
    }

    /// A person, by user name or id, and their role.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityMemberInputAttributes)]
    struct MemberInputAttributes {
        #[schema(examples("grace"))]
        username: Option<String>,
        person_id: Option<i64>,
        /// `member` where it is left out.
        #[schema(pattern = "^(owner|organizer|member)$", examples("organizer"))]
        role: Option<String>,
    }

    /// A member's new role.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityRoleInput)]
    pub(in crate::api::challonge_v2) struct RoleInput {
        data: RoleInputData,
    }

    /// The resource in the body.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityRoleInputData)]
    struct RoleInputData {
        /// Not looked at.
        #[schema(examples("community_member"))]
        r#type: Option<String>,
        attributes: RoleInputAttributes,
    }

    /// The role.
    #[derive(ToSchema)]
    #[schema(as = challonge::CommunityRoleInputAttributes)]
    struct RoleInputAttributes {
        #[schema(pattern = "^(owner|organizer|member)$", examples("owner"))]
        role: String,
    }
}

pub(in crate::api::challonge_v2) use shapes::{
    CommunityDocument, CommunityInput, CommunityList, MemberDocument, MemberInput, MemberList,
    RoleInput,
};
