//! `GET /v2.1/communities.json`: the communities that the caller administers.

use axum::{http::StatusCode, response::Response};
use serde::Serialize;
use tiltyard_core::communities::Community;

use super::{
    error::ApiError,
    input::ListQuery,
    output::{Call, Many, Meta, PageLinks},
    resources::as_text,
};
use crate::http::time::iso;

#[derive(Debug, Serialize)]
struct Resource<'a> {
    #[serde(serialize_with = "as_text")]
    id: i64,
    #[serde(rename = "type")]
    kind: &'static str,
    attributes: Attributes<'a>,
}

#[derive(Debug, Serialize)]
struct Attributes<'a> {
    permalink: &'a str,
    subdomain: &'a str,
    identifier: &'a str,
    name: &'a str,
    description: &'a str,
    timestamps: Timestamps,
}

#[derive(Debug, Serialize)]
struct Timestamps {
    created_at: String,
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
