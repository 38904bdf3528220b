//! `GET /v2.1/communities.json`: the communities that the caller administers.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use tiltyard_core::{communities::Community, permissions::Permission};
use utoipa::ToSchema;

use super::{
    document::{CommunityList, Paging},
    error::ApiError,
    input::ListQuery,
    output::{Call, Many, Meta, PageLinks},
    resources::as_text,
};
use crate::http::time::iso;

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
    permalink: &'a str,
    subdomain: &'a str,
    identifier: &'a str,
    name: &'a str,
    description: &'a str,
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

fn resource(community: &Community) -> Resource<'_> {
    Resource {
        id: community.id,
        kind: "community",
        attributes: Attributes {
            permalink: &community.permalink,
            subdomain: &community.permalink,
            identifier: &community.permalink,
            name: &community.name,
            description: "",
            timestamps: Timestamps {
                created_at: iso(community.created_at),
                updated_at: iso(community.updated_at),
            },
        },
    }
}

/// Lists the communities that the caller administers.
#[utoipa::path(
    get,
    path = "/communities",
    operation_id = "challongeV2ListCommunities",
    params(Paging),
    responses((status = 200, description = "A page of communities.", body = CommunityList)),
    extensions(("x-permissions" = json!([Permission::ReadCommunities as u32]))),
)]
pub(super) async fn list(call: Call, query: ListQuery) -> Result<Response, ApiError> {
    let page = query.page()?;
    let listed = call.core().communities(&call.actor, page).await?;
    let address = format!("{}/v2.1/communities.json", call.base());
    let document = Many::<_, ()> {
        data: listed.items.iter().map(resource).collect(),
        included: Vec::new(),
        meta: Meta { count: listed.total },
        links: PageLinks::new(&address, &query, page, listed.total),
    };
    Ok(call.respond(StatusCode::OK, &document))
}
