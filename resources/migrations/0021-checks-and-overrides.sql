-- Release: membership attacks before release, overrides of blocking checks, signed limits of standing approvals, amendments.

-- Compounds of the training folds that a series leaves out of training here, so that an attack has something to compare
-- its members with. Drawn once per series.
create table held_out (
  series text primary key,
  seed integer not null,
  share real not null,           -- asked for; of the training compounds
  members integer not null,      -- training compounds there were when it was drawn
  drawn_at text not null
) strict;
create table held_out_compound (
  series text not null references held_out (series),
  smiles text not null,          -- standardised, as in task_compound
  primary key (series, smiles)
) strict, without rowid;

-- What the attack found, with the compounds that stand out the most: for this machine only.
create table membership_report (
  series text not null,
  round integer not null,
  attempt integer not null,
  measured_at text not null,
  report text not null,          -- JSON
  primary key (series, round, attempt)
) strict;

-- What a series leaves out of training from now on; the last row of a series is in force.
create table amendment (
  id integer primary key,
  series text not null,
  round integer not null,
  attempt integer not null,
  package_hash text references package (hash),
  person text not null,
  role text not null,
  comment text not null,
  left_out text not null,        -- JSON: assays by id, compounds by standardised SMILES
  made_at text not null,
  signature blob not null,       -- Ed25519 over all of it
  person_id text,                -- as of decision
  signed_by blob
) strict;
create index amendment_by_series on amendment (series, id);

-- A blocking check that two persons answer for: one asks with a reason, another confirms.
create table check_override (
  id integer primary key,
  package_hash text not null references package (hash),
  plan_hash text not null,
  policy_hash text not null,
  checks text not null,          -- JSON: names of the checks, sorted
  reason text not null,
  asked_by text not null,
  asked_role text not null,
  asked_at text not null,
  asked_signature blob not null,
  asked_person_id text,          -- as of decision
  asked_signed_by blob,
  confirmed_by text,
  confirmed_role text,
  confirmed_at text,
  confirmed_signature blob,
  confirmed_person_id text,
  confirmed_signed_by blob
) strict;
create index check_override_by_package on check_override (package_hash, id);

-- The rules and limits that were in force when it was decided; null for decisions of before.
alter table decision add column policy_hash text;

-- Null for approvals of before, which cover nothing any more: their signatures name no limits.
alter table standing_approval add column policy_hash text;
alter table standing_approval add column tensors text;          -- JSON: names of the tensors that may leave
alter table standing_approval add column most_rounds integer;
alter table standing_approval add column most_bytes integer;
alter table standing_approval add column ends_at text;
alter table standing_approval add column membership_auc real;
alter table standing_approval add column warnings text;         -- JSON: named warnings, each with a ceiling or floor
