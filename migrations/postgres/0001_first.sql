-- Times are Unix milliseconds. Ids come from sequences, one a resource, from 10,000,001 on.
-- Texts named *_key are the lower-cased form under which something is unique.

CREATE SEQUENCE seq_person START 10000001;
CREATE SEQUENCE seq_session START 10000001;
CREATE SEQUENCE seq_application START 10000001;
CREATE SEQUENCE seq_secret START 10000001;
CREATE SEQUENCE seq_api_key START 10000001;
CREATE SEQUENCE seq_family START 10000001;
CREATE SEQUENCE seq_revocation START 10000001;
CREATE SEQUENCE seq_audit START 10000001;
CREATE SEQUENCE seq_tournament START 10000001;
CREATE SEQUENCE seq_participant START 10000001;
CREATE SEQUENCE seq_match START 10000001;

-- Small facts of the installation: its id, the setup link's hash.
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

-- Signing and token keys, sealed under the installation's secret key.
CREATE TABLE signing_keys (
  kid TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  algorithm TEXT NOT NULL,
  sealed BYTEA NOT NULL,
  public_jwk TEXT,
  created_at BIGINT NOT NULL,
  signs_from BIGINT NOT NULL,
  accepted_until BIGINT
);

CREATE TABLE people (
  id BIGINT PRIMARY KEY,
  uuid TEXT NOT NULL UNIQUE,
  username TEXT NOT NULL,
  username_key TEXT NOT NULL UNIQUE,
  email TEXT NOT NULL,
  email_key TEXT NOT NULL UNIQUE,
  password TEXT NOT NULL,
  operator BOOLEAN NOT NULL,
  token_epoch BIGINT NOT NULL,
  locked_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);

CREATE TABLE sessions (
  id BIGINT PRIMARY KEY,
  hash BYTEA NOT NULL UNIQUE,
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  user_agent TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_person ON sessions (person_id);
CREATE INDEX sessions_by_last_seen ON sessions (last_seen_at);

CREATE TABLE applications (
  id BIGINT PRIMARY KEY,
  client_id TEXT NOT NULL UNIQUE,
  owner_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  client TEXT NOT NULL,
  token_epoch BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX applications_by_owner ON applications (owner_id, id);

CREATE TABLE application_secrets (
  id BIGINT PRIMARY KEY,
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  hash BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT
);
CREATE INDEX application_secrets_by_application ON application_secrets (application_id);

CREATE TABLE consents (
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (person_id, application_id)
);
CREATE INDEX consents_by_application ON consents (application_id);

-- A consent page that is open in somebody's browser: decided once, by the session that saw it.
CREATE TABLE authorization_requests (
  hash BYTEA PRIMARY KEY,
  session_id BIGINT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  parameters TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  decided_at BIGINT
);
CREATE INDEX authorization_requests_by_expiry ON authorization_requests (expires_at);
CREATE INDEX authorization_requests_by_session ON authorization_requests (session_id);
CREATE INDEX authorization_requests_by_application ON authorization_requests (application_id);

CREATE TABLE token_families (
  id BIGINT PRIMARY KEY,
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  application_epoch BIGINT NOT NULL,
  family TEXT NOT NULL,
  generation BIGINT NOT NULL,
  rotated_at BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX token_families_by_application ON token_families (application_id);
CREATE INDEX token_families_by_person ON token_families (person_id, application_id);
CREATE INDEX token_families_by_expiry ON token_families (expires_at);

CREATE TABLE authorization_codes (
  hash BYTEA PRIMARY KEY,
  application_id BIGINT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  code TEXT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at BIGINT,
  family_id BIGINT
);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);
CREATE INDEX authorization_codes_by_application ON authorization_codes (application_id);
CREATE INDEX authorization_codes_by_person ON authorization_codes (person_id);

-- What ended before its tokens expired. kind: family, person, application, token.
CREATE TABLE revocations (
  id BIGINT PRIMARY KEY,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  epoch BIGINT NOT NULL,
  until BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX revocations_by_until ON revocations (until);

CREATE TABLE api_keys (
  id BIGINT PRIMARY KEY,
  hash BYTEA NOT NULL UNIQUE,
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  hint TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX api_keys_by_person ON api_keys (person_id);

CREATE TABLE audit (
  id BIGINT PRIMARY KEY,
  at BIGINT NOT NULL,
  event TEXT NOT NULL,
  outcome TEXT NOT NULL,
  actor TEXT NOT NULL,
  person_id BIGINT,
  application_id BIGINT,
  address TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX audit_by_person ON audit (person_id, id);

CREATE TABLE tournaments (
  id BIGINT PRIMARY KEY,
  slug TEXT NOT NULL,
  slug_key TEXT NOT NULL UNIQUE,
  owner_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  application_id BIGINT REFERENCES applications (id) ON DELETE SET NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  game_name TEXT NOT NULL,
  description TEXT NOT NULL,
  private BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  options TEXT NOT NULL,
  engine TEXT,
  participants_count BIGINT NOT NULL,
  progress BIGINT NOT NULL,
  starts_at BIGINT,
  started_at BIGINT,
  completed_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  journal_number BIGINT NOT NULL,
  revision BIGINT NOT NULL
);
CREATE INDEX tournaments_by_owner ON tournaments (owner_id, id);
CREATE INDEX tournaments_by_application ON tournaments (application_id, id);
CREATE INDEX tournaments_by_state ON tournaments (state, updated_at);

CREATE TABLE participants (
  id BIGINT PRIMARY KEY,
  tournament_id BIGINT NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  seed BIGINT NOT NULL,
  name TEXT NOT NULL,
  misc TEXT,
  email TEXT,
  username TEXT,
  person_id BIGINT REFERENCES people (id) ON DELETE SET NULL,
  active BOOLEAN NOT NULL,
  checked_in_at BIGINT,
  final_rank BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX participants_by_tournament ON participants (tournament_id, seed);
CREATE INDEX participants_by_person ON participants (person_id);

CREATE TABLE matches (
  id BIGINT PRIMARY KEY,
  tournament_id BIGINT NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  match_key BIGINT NOT NULL,
  record TEXT,
  location TEXT,
  scheduled_at BIGINT,
  started_at BIGINT,
  underway_at BIGINT,
  completed_at BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  UNIQUE (tournament_id, match_key)
);

-- What happened to a tournament, in order; the only source of live updates, webhooks and undo.
CREATE TABLE journal (
  tournament_id BIGINT NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  number BIGINT NOT NULL,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  event TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (tournament_id, number)
);
