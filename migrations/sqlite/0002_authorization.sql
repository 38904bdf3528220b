-- What the authorization server keeps for its further grants, keys and records.

INSERT INTO sequences (name, next) VALUES ('community', 10000001);

-- A device's request for authorization (RFC 8628). `hash` is the device code's, `user_code` a keyed
-- hash: a user code is too short for a plain one. status: pending, approved, denied, redeemed.
CREATE TABLE device_requests (
  hash BLOB PRIMARY KEY,
  user_code BLOB NOT NULL UNIQUE,
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  request TEXT NOT NULL,
  address TEXT NOT NULL,
  status TEXT NOT NULL,
  person_id BIGINT REFERENCES people (id) ON DELETE CASCADE,
  scopes TEXT,
  auth_time BIGINT,
  decided_at BIGINT,
  family_id BIGINT,
  interval_ms BIGINT NOT NULL,
  polled_at BIGINT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX device_requests_by_expiry ON device_requests (expires_at);
CREATE INDEX device_requests_by_application ON device_requests (application_id);
CREATE INDEX device_requests_by_person ON device_requests (person_id);

-- An authorization request that a client pushed (RFC 9126); `hash` is its request_uri's.
CREATE TABLE pushed_requests (
  hash BLOB PRIMARY KEY,
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  parameters TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);
CREATE INDEX pushed_requests_by_application ON pushed_requests (application_id);

-- What a personal key may do (all its owner may where there is nothing), until when, and its last use.
ALTER TABLE api_keys ADD COLUMN scopes TEXT;
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;
ALTER TABLE api_keys ADD COLUMN last_used_address TEXT;

-- The key that names an application (X-Api-Key); it opens public data only.
CREATE TABLE application_keys (
  application_id BIGINT PRIMARY KEY REFERENCES applications (id) ON DELETE CASCADE,
  hash BLOB NOT NULL UNIQUE,
  hint TEXT NOT NULL,
  created_at BIGINT NOT NULL
);

-- Tokens that an application was given, by day (days since 1970) and grant; summed up in memory
-- and written from time to time.
CREATE TABLE application_usage (
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  day BIGINT NOT NULL,
  kind TEXT NOT NULL,
  tokens BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (application_id, day, kind)
);
CREATE INDEX application_usage_by_last_use ON application_usage (last_at);

CREATE TABLE communities (
  id BIGINT PRIMARY KEY,
  owner_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  permalink TEXT NOT NULL,
  permalink_key TEXT NOT NULL UNIQUE,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX communities_by_owner ON communities (owner_id, id);

-- role: owner, organizer, member.
CREATE TABLE community_members (
  community_id BIGINT NOT NULL REFERENCES communities (id) ON DELETE CASCADE,
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (community_id, person_id)
);
CREATE INDEX community_members_by_person ON community_members (person_id);

ALTER TABLE tournaments ADD COLUMN community_id BIGINT REFERENCES communities (id) ON DELETE SET NULL;
CREATE INDEX tournaments_by_community ON tournaments (community_id, id);

CREATE INDEX audit_by_application ON audit (application_id, id);
CREATE INDEX audit_by_time ON audit (at);
