//! The server from outside: real HTTP on a real port, on both engines.

#[cfg(test)]
mod support;

#[cfg(test)]
mod api_boundaries;
#[cfg(test)]
mod api_conditions;
#[cfg(test)]
mod api_credentials;
#[cfg(test)]
mod api_errors;
#[cfg(test)]
mod api_hostile;
#[cfg(test)]
mod api_lists;
#[cfg(test)]
mod api_nul;
#[cfg(test)]
mod api_random;
#[cfg(test)]
mod api_scopes;
#[cfg(test)]
mod around;
#[cfg(test)]
mod attachment_bucket;
#[cfg(test)]
mod attachment_files;
#[cfg(test)]
mod attachments;
#[cfg(test)]
mod ballot;
#[cfg(test)]
mod bulk_reports;
#[cfg(test)]
mod check_in;
#[cfg(test)]
mod communities;
#[cfg(test)]
mod cors;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod embeds;
#[cfg(test)]
mod events;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod findable;
mod findings;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod groups;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod identity;
#[cfg(test)]
mod joining;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod live;
#[cfg(test)]
mod moved;
mod nodes;
#[cfg(test)]
mod oauth_clients;
#[cfg(test)]
mod oauth_code;
#[cfg(test)]
mod oauth_device;
#[cfg(test)]
mod oauth_doors;
#[cfg(test)]
mod oauth_implicit;
#[cfg(test)]
mod oauth_introspect;
#[cfg(test)]
mod oauth_keys;
#[cfg(test)]
mod oauth_par;
#[cfg(test)]
mod oauth_refresh;
#[cfg(test)]
mod oauth_request;
#[cfg(test)]
mod oauth_resource;
#[cfg(test)]
mod oauth_revoke;
#[cfg(test)]
mod oauth_sign_in_again;
#[cfg(test)]
mod oauth_withdrawal;
#[cfg(test)]
mod openapi;
#[cfg(test)]
mod openid;
#[cfg(test)]
mod operation;
#[cfg(test)]
mod organize;
#[cfg(test)]
mod oversized;
#[cfg(test)]
mod pages_accounts;
#[cfg(test)]
mod pages_activate;
#[cfg(test)]
mod pages_apps;
#[cfg(test)]
mod pages_device;
#[cfg(test)]
mod pages_docs;
#[cfg(test)]
mod pages_safety;
#[cfg(test)]
mod parallel;
#[cfg(test)]
mod permission_matrix;
#[cfg(test)]
mod played;
#[cfg(test)]
mod predictions;
#[cfg(test)]
mod profiles;
#[cfg(test)]
mod quota;
#[cfg(test)]
mod races;
#[cfg(test)]
mod registration_fields;
#[cfg(test)]
mod reporters;
#[cfg(test)]
mod request_ids;
#[cfg(test)]
mod round_robin;
#[cfg(test)]
mod swiss;
#[cfg(test)]
mod tournaments;
#[cfg(test)]
mod v1_attachments;
#[cfg(test)]
mod v1_brackets;
#[cfg(test)]
mod v1_check_in;
#[cfg(test)]
mod v1_credentials;
#[cfg(test)]
mod v1_errors;
#[cfg(test)]
mod v1_life;
#[cfg(test)]
mod v1_played;
#[cfg(test)]
mod v1_predictions;
#[cfg(test)]
mod v1_reliable;
#[cfg(test)]
mod v1_shapes;
#[cfg(test)]
mod v1_transport;
#[cfg(test)]
mod v20;
#[cfg(test)]
mod wire;
