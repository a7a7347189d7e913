-- What every station shares: settings of the workspace and the jobs that do its long work.
create table setting (
  name text primary key,
  value text not null -- JSON
) strict;

create table job (
  id text primary key,
  kind text not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled', 'interrupted')),
  request text not null,      -- JSON, validated by the contract of its station
  checkpoint text,            -- JSON, what a restarted job needs to go on
  done integer not null default 0,
  total integer,
  step text,                  -- what is being done now, a key of the page's catalogue of words
  result text,                -- JSON
  error text,                 -- JSON: {code, data}
  created_at text not null,
  started_at text,
  finished_at text
) strict;
create index job_by_time on job (created_at);
