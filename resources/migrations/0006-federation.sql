-- Federation writes: who this partner is, which consortia it is in, and where each round stands.
create table identity (
  id integer primary key check (id = 1),
  partner_id text not null,
  name text not null,
  public_key blob not null,      -- Ed25519
  secret_key blob not null,
  made_at text not null
) strict;

create table consortium (
  series text primary key,       -- id of the series of rounds that the plan describes
  name text not null,
  roster text not null,          -- canonical JSON, signed by every partner
  roster_hash text not null,
  plan text not null,            -- canonical JSON
  plan_hash text not null,
  coordinator_url text not null,
  coordinator_key blob not null, -- Ed25519
  state text not null check (state in ('joined', 'running', 'finished', 'left')),
  participation text not null default 'stopped' check (participation in ('stopped', 'running', 'pausing')),
  job_id text,                   -- of the job that takes part
  joined_at text not null
) strict;

-- Where the partner's state machine stands, stored whole before anything is sent that follows from it.
create table partner_state (
  series text primary key references consortium (series) on delete cascade,
  state blob not null,           -- canonical encoding
  changed_at text not null
) strict;

-- What became of each attempt at a round.
create table round (
  series text not null references consortium (series) on delete cascade,
  round integer not null,        -- from 1
  attempt integer not null,
  phase text not null,           -- of the state machine; then finished or refused
  reason text,                   -- why refused or only watched
  survivors integer,             -- partners in the sum
  trunk_hash text,               -- of the global trunk after the round
  bytes_out integer not null default 0,
  bytes_in integer not null default 0,
  standing text,                 -- JSON: what the coordinator last said of who has done what; for display only
  closes_at text,
  started_at text not null,
  changed_at text not null,
  finished_at text,
  primary key (series, round, attempt)
) strict, without rowid;

-- Every signed message seen or sent, in order of arrival.
create table message (
  seq integer primary key,
  series text not null,
  round integer not null,
  attempt integer not null,
  sender text not null,
  type text not null,
  hash text not null unique,
  sent integer not null,         -- 1 when this partner sent it
  at text not null,
  bytes blob not null,
  receipt text                   -- the coordinator's, canonical JSON, for what this partner sent
) strict;
create index message_by_round on message (series, round, attempt, type);
