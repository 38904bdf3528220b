-- Lists of tournaments that are as quick with a million as with a thousand.

-- How many tournaments each list has: as a whole (level 0), and in blocks of 32,768, 2,048 and 128
-- ids (1, 2, 3), by state and format. What a filter matches is the sum over few rows, and a page far down a list
-- is found by walking down the levels. Kept by the triggers below alone.
CREATE TABLE tournament_counts (
  list TEXT NOT NULL,
  whose BIGINT NOT NULL,
  through BIGINT NOT NULL,
  level BIGINT NOT NULL,
  block BIGINT NOT NULL,
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (list, whose, through, level, block, state, kind)
) WITHOUT ROWID;

-- In which lists each tournament stands.
CREATE VIEW tournament_listings AS
SELECT listed.id AS tournament_id, list, whose, through, level, listed.id / size AS block, state, kind
FROM (
  SELECT id, 'owner' AS list, owner_id AS whose, 0 AS through, state, kind FROM tournaments WHERE community_id IS NULL
  UNION ALL
  SELECT id, 'owner', owner_id, application_id, state, kind FROM tournaments WHERE application_id IS NOT NULL
  UNION ALL
  SELECT id, 'community', community_id, 0, state, kind FROM tournaments WHERE community_id IS NOT NULL
  UNION ALL
  SELECT id, 'application', application_id, 0, state, kind FROM tournaments WHERE application_id IS NOT NULL
  UNION ALL
  SELECT id, 'public', 0, 0, state, kind FROM tournaments WHERE private = FALSE
) AS listed
CROSS JOIN (SELECT 0 AS level, 9223372036854775807 AS size UNION ALL SELECT 1, 32768
  UNION ALL SELECT 2, 2048 UNION ALL SELECT 3, 128) AS levels;

INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n)
SELECT list, whose, through, level, block, state, kind, COUNT(*) FROM tournament_listings
GROUP BY list, whose, through, level, block, state, kind
ORDER BY list, whose, through, level, block, state, kind;

CREATE TRIGGER tournament_counts_of_nothing AFTER UPDATE OF n ON tournament_counts WHEN NEW.n = 0 BEGIN
  DELETE FROM tournament_counts WHERE list = NEW.list AND whose = NEW.whose AND through = NEW.through
    AND level = NEW.level AND block = NEW.block AND state = NEW.state AND kind = NEW.kind;
END;

CREATE TRIGGER tournaments_listed AFTER INSERT ON tournaments BEGIN
  INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n)
  SELECT list, whose, through, level, block, state, kind, 1 FROM tournament_listings WHERE tournament_id = NEW.id
  ON CONFLICT (list, whose, through, level, block, state, kind) DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER tournaments_unlisted BEFORE DELETE ON tournaments BEGIN
  INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n)
  SELECT list, whose, through, level, block, state, kind, -1 FROM tournament_listings WHERE tournament_id = OLD.id
  ON CONFLICT (list, whose, through, level, block, state, kind) DO UPDATE SET n = n - 1;
END;

CREATE TRIGGER tournaments_unlisted_by_change
BEFORE UPDATE OF owner_id, community_id, application_id, private, state, kind ON tournaments
WHEN OLD.state <> NEW.state OR OLD.kind <> NEW.kind OR OLD.private <> NEW.private OR OLD.owner_id <> NEW.owner_id
  OR OLD.community_id IS NOT NEW.community_id OR OLD.application_id IS NOT NEW.application_id
BEGIN
  INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n)
  SELECT list, whose, through, level, block, state, kind, -1 FROM tournament_listings WHERE tournament_id = OLD.id
  ON CONFLICT (list, whose, through, level, block, state, kind) DO UPDATE SET n = n - 1;
END;

CREATE TRIGGER tournaments_listed_by_change
AFTER UPDATE OF owner_id, community_id, application_id, private, state, kind ON tournaments
WHEN OLD.state <> NEW.state OR OLD.kind <> NEW.kind OR OLD.private <> NEW.private OR OLD.owner_id <> NEW.owner_id
  OR OLD.community_id IS NOT NEW.community_id OR OLD.application_id IS NOT NEW.application_id
BEGIN
  INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n)
  SELECT list, whose, through, level, block, state, kind, 1 FROM tournament_listings WHERE tournament_id = NEW.id
  ON CONFLICT (list, whose, through, level, block, state, kind) DO UPDATE SET n = n + 1;
END;

-- What each list is read by; `CASE` as in the statements. None holds what a report changes, so that
-- PostgreSQL writes a report's row without touching an index.
DROP INDEX tournaments_by_state;
CREATE INDEX tournaments_by_owner_and_application ON tournaments (owner_id, application_id, id);
CREATE INDEX tournaments_by_owner_and_time ON tournaments (owner_id, created_at);
CREATE INDEX tournaments_by_owner_and_kind ON tournaments (owner_id, kind, id);
CREATE INDEX tournaments_by_community_and_kind ON tournaments (community_id, kind, id);
CREATE INDEX tournaments_by_application_and_kind ON tournaments (application_id, kind, id);
CREATE INDEX tournaments_by_owner_and_phase ON tournaments
  (owner_id, (CASE state WHEN 'pending' THEN 'pending' WHEN 'complete' THEN 'ended' ELSE 'in_progress' END), id);
CREATE INDEX tournaments_by_community_and_phase ON tournaments
  (community_id, (CASE state WHEN 'pending' THEN 'pending' WHEN 'complete' THEN 'ended' ELSE 'in_progress' END), id);
CREATE INDEX tournaments_by_application_and_phase ON tournaments
  (application_id, (CASE state WHEN 'pending' THEN 'pending' WHEN 'complete' THEN 'ended' ELSE 'in_progress' END), id);
CREATE INDEX tournaments_public ON tournaments (id) WHERE private = FALSE;
CREATE INDEX tournaments_public_by_state ON tournaments (state, id) WHERE private = FALSE;

-- Statistics of a young database make SQLite read whole tables once they have grown. Without any it goes
-- by the shape of its indexes, as in the tests.
DROP TABLE IF EXISTS sqlite_stat1;
DROP TABLE IF EXISTS sqlite_stat4;
