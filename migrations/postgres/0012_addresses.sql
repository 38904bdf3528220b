-- Addresses that tournaments had before the one they have, so that links to them lead on. Whoever has an
-- address now has it alone; a row here stands back.

CREATE TABLE former_addresses (
  slug_key TEXT PRIMARY KEY,
  tournament_id BIGINT NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  left_at BIGINT NOT NULL
);
CREATE INDEX former_addresses_of_tournament ON former_addresses (tournament_id, left_at);
