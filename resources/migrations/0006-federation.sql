-- Federation writes: who this partner is, which consortia it is in, and where each round stands.
create table identity (
  id integer primary key check (id = 1),
  partner_id text not null,
  name text not null,
  public_key blob not null,      -- Ed25519
  secret_key blob not null
) strict;

create table consortium (
  series text primary key,       -- id of the series of rounds that the plan describes
  roster text not null,          -- canonical JSON, signed by every partner
  roster_hash text not null,
  plan text,                     -- canonical JSON
  plan_hash text,
  coordinator_url text not null,
  coordinator_key blob not null, -- Ed25519
  state text not null check (state in ('joined', 'running', 'finished', 'left')),
  joined_at text not null
) strict;

-- The state of the partner's side of a round, stored before anything is sent that follows from it.
create table round (
  series text not null references consortium (series) on delete cascade,
  round integer not null,
  attempt integer not null,
  phase text not null,
  state blob not null,           -- canonical encoding of the state machine's state
  changed_at text not null,
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
  bytes blob not null
) strict;
create index message_by_round on message (series, round, attempt, type);
