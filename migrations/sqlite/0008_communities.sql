-- What communities say of themselves, and the second name under which clients know them: the permalink
-- where none was chosen.

ALTER TABLE communities ADD COLUMN description TEXT NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN subdomain TEXT NOT NULL DEFAULT '';
ALTER TABLE communities ADD COLUMN subdomain_key TEXT NOT NULL DEFAULT '';
UPDATE communities SET subdomain = permalink, subdomain_key = permalink_key;
CREATE UNIQUE INDEX communities_by_subdomain ON communities (subdomain_key);
