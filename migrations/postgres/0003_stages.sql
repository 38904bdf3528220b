-- Tournaments of several stages, and what takes a change back.

CREATE SEQUENCE seq_group START 10000001;

-- The stages and how they feed each other, as JSON; NULL where there is one stage.
ALTER TABLE tournaments ADD COLUMN design TEXT;
-- The id of the first group; the others follow.
ALTER TABLE tournaments ADD COLUMN first_group BIGINT;

-- Number of the first entry of the same change: what happens in one request is taken back as one.
ALTER TABLE journal ADD COLUMN step BIGINT;
-- What the engine was told, as JSON, so that a journal can be played again.
ALTER TABLE journal ADD COLUMN operations TEXT;
-- What takes the entry back, as JSON; NULL where nothing does.
ALTER TABLE journal ADD COLUMN undo TEXT;
