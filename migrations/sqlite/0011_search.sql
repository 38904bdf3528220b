-- Public tournaments by what people look for them by: read from the newest on, and nothing else of them is.

CREATE INDEX tournaments_by_public_name ON tournaments (id, slug, name, game_name, private) WHERE private = FALSE;

-- Whether a community has a public tournament, which makes it one that everybody may see.

CREATE INDEX tournaments_public_of_community ON tournaments (community_id, private) WHERE private = FALSE;
