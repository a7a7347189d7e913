-- Exchange writes: every connection attempted since the workspace exists.
create table connection (
  id integer primary key,
  at text not null,              -- of the first call
  last_at text not null,         -- of the last: calls that are alike within an hour are counted in one row
  calls integer not null,
  host text not null,
  purpose text not null,         -- hello, message, watch, chunk-up, chunk-down, status; a denied one keeps what it was for
  bytes_out integer not null,
  bytes_in integer not null,
  package_hash text,             -- of the package whose bytes went out
  outcome text not null check (outcome in ('allowed', 'denied', 'failed')),
  reason text                    -- why denied or failed
) strict;
create index connection_by_time on connection (at);
create index connection_by_host on connection (host, id);
