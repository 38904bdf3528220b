-- What is attached to matches: a link, a file, or words. A file lies in the store of files under
-- file_key; file_shard is the first byte of the key, by which orphans are looked for.

INSERT INTO sequences (name, next) VALUES ('attachment', 10000001);

CREATE TABLE match_attachments (
  id BIGINT PRIMARY KEY,
  tournament_id BIGINT NOT NULL REFERENCES tournaments (id) ON DELETE CASCADE,
  match_id BIGINT NOT NULL REFERENCES matches (id) ON DELETE CASCADE,
  person_id BIGINT REFERENCES people (id) ON DELETE SET NULL,
  url TEXT,
  description TEXT,
  file_key TEXT UNIQUE,
  file_shard BIGINT,
  file_name TEXT,
  content_type TEXT,
  file_size BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX match_attachments_by_match ON match_attachments (match_id, id);
CREATE INDEX match_attachments_by_tournament ON match_attachments (tournament_id, id);
CREATE INDEX match_attachments_by_person ON match_attachments (person_id);
CREATE INDEX match_attachments_by_shard ON match_attachments (file_shard);

-- How many a match has, so that lists need not count.
ALTER TABLE matches ADD COLUMN attachments BIGINT NOT NULL DEFAULT 0;
