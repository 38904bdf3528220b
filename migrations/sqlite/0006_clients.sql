-- What programs need that repeat requests and ask what is new.

-- Requests that clients gave a key (Idempotency-Key), so that each is carried out once. `hash` is the
-- key's, `fingerprint` the request's; `claim` names the attempt that may carry it out.
-- state: claimed, done (what it changed is committed), answered (and its answer is kept).
CREATE TABLE idempotency_keys (
  actor TEXT NOT NULL,
  hash BLOB NOT NULL,
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  fingerprint BLOB NOT NULL,
  claim BIGINT NOT NULL,
  state TEXT NOT NULL,
  status BIGINT,
  content_type TEXT,
  body BLOB,
  claimed_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  PRIMARY KEY (actor, hash)
);
CREATE INDEX idempotency_keys_by_expiry ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_by_person ON idempotency_keys (person_id);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (actor, claimed_at);

-- Lists of what changed since a moment.
CREATE INDEX tournaments_of_owner_changed ON tournaments (owner_id, updated_at);
CREATE INDEX tournaments_of_community_changed ON tournaments (community_id, updated_at)
  WHERE community_id IS NOT NULL;
CREATE INDEX tournaments_of_application_changed ON tournaments (application_id, updated_at)
  WHERE application_id IS NOT NULL;
