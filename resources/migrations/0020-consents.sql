-- Charters: every version that this partner has received with all signatures, and who here consented to it.
create table charter (
  hash text primary key,         -- SHA-256 of the charter under its heading
  series text not null references consortium (series) on delete cascade,
  version integer not null,      -- from 1, one after the other
  document text not null,        -- canonical JSON of the charter and its partners' signatures
  received_at text not null,
  unique (series, version)
) strict;

-- What people here have said of a charter, in the order in which they said it. A withdrawal ends what stands before it.
create table consent (
  id integer primary key,
  charter_hash text not null references charter (hash) on delete cascade,
  version integer not null,
  kind text not null check (kind in ('given', 'withdrawn')),
  capacity text not null check (capacity in ('steward', 'compliance')),
  alone integer not null check (alone in (0, 1)), -- 1: the workspace knew one person, who speaks in both capacities
  person text not null,
  role text not null,
  key blob not null,             -- Ed25519, of the person
  statement text not null,       -- the words that the person had before them
  reason text not null,          -- of a withdrawal; empty for a consent
  at text not null,
  signature blob not null
) strict;
create index consent_by_charter on consent (charter_hash, id);
create trigger consent_is_never_changed before update on consent begin select raise(abort, 'consents are never changed'); end;
