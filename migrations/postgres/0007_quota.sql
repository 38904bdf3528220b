-- Requests of programs, counted for quotas. holder: account, application; `id` is its number. A period
-- begins at `started_at`.
CREATE TABLE api_requests (
  holder TEXT NOT NULL,
  id BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  requests BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (holder, id, started_at)
);
CREATE INDEX api_requests_by_last_use ON api_requests (updated_at);
