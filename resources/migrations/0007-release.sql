-- Release writes: frozen packages, decisions about them, and the hash-chained log.
create table package (
  id integer primary key,
  name text not null unique,     -- S-0001
  series text not null,
  round integer not null,
  attempt integer not null,
  hash text not null unique,     -- SHA-256 of the manifest
  content_hash text not null,    -- SHA-256 of the part of the manifest that a repeated freezing must give again
  plan_hash text not null,
  manifest text not null,        -- canonical JSON: tensors, shapes, norms, bytes, hashes, recipient, disclosure checks
  payload_file text not null,    -- name in the vault: the masked bytes that leave
  escrow_file text not null,     -- name in the vault: what an auditor needs to rebuild them
  prepared_by text not null,
  prepared_role text not null,
  state text not null check (state in ('frozen', 'approved', 'refused', 'changes-requested', 'sent', 'void')),
  frozen_at text not null,
  sent_at text,
  receipt text,
  files_removed_at text          -- when the retention rule removed payload and escrow
) strict;
create index package_by_state on package (state, id);
-- One package of a round is alive; after a request for changes, or when bytes were found changed, another may follow.
create unique index package_alive on package (series, round, attempt)
  where state in ('frozen', 'approved', 'sent', 'refused');

create table standing_approval (
  id integer primary key,
  series text not null,
  plan_hash text not null,
  last_round integer not null,
  person text not null,
  role text not null,
  given_at text not null,
  stopped_at text,
  stopped_by text,
  signature blob not null        -- Ed25519 over what was given
) strict;
create index standing_approval_by_series on standing_approval (series, plan_hash);

create table decision (
  id integer primary key,
  package_hash text not null references package (hash),
  plan_hash text not null,
  person text not null,
  role text not null,
  verdict text not null check (verdict in ('approve', 'refuse', 'request-changes')),
  comment text not null,
  standing_approval_id integer references standing_approval (id),
  decided_at text not null,
  signature blob not null        -- Ed25519 over what was decided
) strict;
create index decision_by_package on decision (package_hash, id);

-- The log. Each entry holds the hash of the one before; the head is kept apart, so that a missing end is noticed too.
create table audit_entry (
  seq integer primary key,
  at text not null,
  person text not null,
  act text not null,
  subject text not null,
  detail text not null,          -- JSON
  previous_hash text not null,
  hash text not null
) strict;
create index audit_entry_by_act on audit_entry (act, seq);
create trigger audit_entry_is_never_changed before update on audit_entry begin select raise(abort, 'audit entries are never changed'); end;
create trigger audit_entry_is_never_removed before delete on audit_entry begin select raise(abort, 'audit entries are never removed'); end;

create table audit_head (
  id integer primary key check (id = 1),
  seq integer not null,
  hash text not null
) strict;
