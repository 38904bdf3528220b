-- Check-in, waiting lists, and registration fields of a tournament's own.

-- When the check-in opens or opened; NULL where there is none, or it was aborted.
ALTER TABLE tournaments ADD COLUMN check_in_at BIGINT;
CREATE INDEX tournaments_by_check_in ON tournaments (check_in_at) WHERE state = 'pending';
-- Windows that are still to come.
UPDATE tournaments SET check_in_at = starts_at - 60000 * (options::jsonb #>> '{registration_options,check_in_duration}')::bigint
  WHERE state = 'pending' AND (options::jsonb #>> '{registration_options,check_in_duration}')::bigint > 0
  AND starts_at - 60000 * (options::jsonb #>> '{registration_options,check_in_duration}')::bigint > 1000 * extract(epoch FROM now());

ALTER TABLE participants ADD COLUMN on_waiting_list BOOLEAN NOT NULL DEFAULT FALSE;
-- Answers to the tournament's own registration fields by key, as JSON.
ALTER TABLE participants ADD COLUMN answers TEXT;
