-- Exchange writes: every connection attempted since the workspace exists.
create table connection (
  id integer primary key,
  at text not null,
  host text not null,
  purpose text not null,
  bytes_out integer not null,
  bytes_in integer not null,
  package_hash text,
  outcome text not null check (outcome in ('allowed', 'denied', 'failed')),
  reason text
) strict;
