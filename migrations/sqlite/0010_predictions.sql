-- What people predict of a bracket that has been drawn and not started, a row a person: the picks are
-- the numbers of entrants by the engine's keys of matches, 0 for none.

ALTER TABLE tournaments ADD COLUMN predictions_opened_at BIGINT;

-- The journal's entry by which predictions or votes last changed; 0 where there are none.
ALTER TABLE tournaments ADD COLUMN votes_version BIGINT NOT NULL DEFAULT 0;

CREATE TABLE predictions (
  tournament_id BIGINT NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  person_id BIGINT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
  picks TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (tournament_id, person_id)
);
CREATE INDEX predictions_by_person ON predictions (person_id);

-- How often everybody is picked in each match, in one document a tournament, so that showing a match
-- counts nothing.
CREATE TABLE prediction_votes (
  tournament_id BIGINT PRIMARY KEY REFERENCES tournaments (id) ON DELETE CASCADE,
  votes TEXT NOT NULL
);
