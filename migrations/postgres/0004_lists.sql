-- Lists of tournaments that are as quick with a million as with a thousand.

-- How many tournaments each list has: as a whole (level 0), and in blocks of 32,768, 2,048 and 128
-- ids (1, 2, 3), by state and format. What a filter matches is the sum over few rows, and a page far down a list
-- is found by walking down the levels. Kept by the trigger below alone.
CREATE TABLE tournament_counts (
  list TEXT COLLATE "C" NOT NULL,
  whose BIGINT NOT NULL,
  through BIGINT NOT NULL,
  level BIGINT NOT NULL,
  block BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (list, whose, through, level, block, state, kind)
) WITH (fillfactor = 80);

-- In which lists a tournament stands.
CREATE FUNCTION tournament_listings(t tournaments)
RETURNS TABLE (list TEXT, whose BIGINT, through BIGINT, level BIGINT, block BIGINT, state TEXT, kind TEXT)
LANGUAGE sql IMMUTABLE AS $$
  SELECT l.list, l.whose, l.through, v.level, t.id / v.size, t.state, t.kind
  FROM (VALUES
    ('owner', t.owner_id, 0::BIGINT, t.community_id IS NULL),
    ('owner', t.owner_id, t.application_id, t.application_id IS NOT NULL),
    ('community', t.community_id, 0, t.community_id IS NOT NULL),
    ('application', t.application_id, 0, t.application_id IS NOT NULL),
    ('public', 0, 0, NOT t.private)
  ) AS l (list, whose, through, stands)
  CROSS JOIN (VALUES (0::BIGINT, 9223372036854775807::BIGINT), (1, 32768), (2, 2048), (3, 128)) AS v (level, size)
  WHERE l.stands
$$;

INSERT INTO tournament_counts (list, whose, through, level, block, state, kind, n)
SELECT l.list, l.whose, l.through, l.level, l.block, l.state, l.kind, COUNT(*)
FROM tournaments AS t CROSS JOIN LATERAL tournament_listings(t) AS l
GROUP BY l.list, l.whose, l.through, l.level, l.block, l.state, l.kind
ORDER BY l.list, l.whose, l.through, l.level, l.block, l.state, l.kind;

-- One statement for what goes and what comes, always in the same order: two transactions wait for each
-- other in one direction only.
CREATE FUNCTION count_tournament() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO tournament_counts AS c (list, whose, through, level, block, state, kind, n)
    SELECT l.list, l.whose, l.through, l.level, l.block, l.state, l.kind, 1 FROM tournament_listings(NEW) AS l
    ORDER BY 1, 2, 3, 4, 5, 6, 7
    ON CONFLICT (list, whose, through, level, block, state, kind) DO UPDATE SET n = c.n + 1;
    RETURN NULL;
  END IF;
  INSERT INTO tournament_counts AS c (list, whose, through, level, block, state, kind, n)
  SELECT d.list, d.whose, d.through, d.level, d.block, d.state, d.kind, SUM(d.n) FROM (
    SELECT l.*, -1 AS n FROM tournament_listings(OLD) AS l
    UNION ALL
    SELECT l.*, 1 FROM tournament_listings(NEW) AS l WHERE TG_OP = 'UPDATE'
  ) AS d
  GROUP BY 1, 2, 3, 4, 5, 6, 7
  HAVING SUM(d.n) <> 0
  ORDER BY 1, 2, 3, 4, 5, 6, 7
  ON CONFLICT (list, whose, through, level, block, state, kind) DO UPDATE SET n = c.n + EXCLUDED.n;
  DELETE FROM tournament_counts AS c USING tournament_listings(OLD) AS l
  WHERE c.n = 0 AND c.list = l.list AND c.whose = l.whose AND c.through = l.through AND c.level = l.level
    AND c.block = l.block AND c.state = l.state AND c.kind = l.kind;
  RETURN NULL;
END
$$;

CREATE TRIGGER tournaments_listed AFTER INSERT OR DELETE ON tournaments
FOR EACH ROW EXECUTE FUNCTION count_tournament();

CREATE TRIGGER tournaments_listed_by_change
AFTER UPDATE OF owner_id, community_id, application_id, private, state, kind ON tournaments
FOR EACH ROW
WHEN ((OLD.owner_id, OLD.community_id, OLD.application_id, OLD.private, OLD.state, OLD.kind)
  IS DISTINCT FROM (NEW.owner_id, NEW.community_id, NEW.application_id, NEW.private, NEW.state, NEW.kind))
EXECUTE FUNCTION count_tournament();

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
