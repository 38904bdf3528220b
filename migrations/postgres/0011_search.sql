-- Public tournaments by what people look for them by: read from the newest on, and nothing else of them is.

CREATE INDEX tournaments_by_public_name ON tournaments (id) INCLUDE (slug, name, game_name) WHERE private = FALSE;
