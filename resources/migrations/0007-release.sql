-- Release writes: frozen packages, decisions about them, and the hash-chained log.
create table package (
  id integer primary key,
  name text not null unique,     -- S-0001
  series text not null,
  round integer not null,
  attempt integer not null,
  hash text not null unique,     -- SHA-256 of the manifest
  plan_hash text not null,
  manifest text not null,        -- canonical JSON: tensors, shapes, norms, bytes, hashes, recipients
  checks text not null,          -- JSON: disclosure checks with measured value and limit
  payload_file text not null,    -- name in the vault: the masked bytes that leave
  escrow_file text not null,     -- name in the vault: what an auditor needs to rebuild them
  prepared_by text not null,
  state text not null check (state in ('frozen', 'approved', 'refused', 'changes-requested', 'sent', 'void')),
  frozen_at text not null,
  sent_at text,
  receipt text
) strict;

create table decision (
  id integer primary key,
  package_hash text not null,
  plan_hash text not null,
  person text not null,
  role text not null,
  verdict text not null check (verdict in ('approve', 'refuse', 'request-changes')),
  comment text not null,
  standing_approval_id integer references standing_approval (id),
  decided_at text not null,
  signature blob not null
) strict;

create table standing_approval (
  id integer primary key,
  plan_hash text not null,
  last_round integer not null,
  person text not null,
  role text not null,
  given_at text not null,
  stopped_at text,
  signature blob not null
) strict;

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
create trigger audit_entry_is_never_changed before update on audit_entry begin select raise(abort, 'audit entries are never changed'); end;
create trigger audit_entry_is_never_removed before delete on audit_entry begin select raise(abort, 'audit entries are never removed'); end;
