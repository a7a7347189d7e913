-- Who works in this workspace. A name is given once, and stays taken when its account is disabled.
create table person (
  id text primary key,
  name text not null unique,
  role text not null check (role in ('steward', 'compliance', 'scientist', 'administrator')),
  added_by text not null,        -- name of who added the account
  added_at text not null,
  disabled_by text,
  disabled_at text
) strict;

-- Every signing key that a person has had. The secret half lies sealed under a key that argon2id makes of the person's
-- own passphrase; it is forgotten when the key ends.
create table person_key (
  public_key blob primary key,   -- Ed25519
  person_id text not null references person (id),
  sealed blob,                   -- nonce and sealed seed; null once the key has ended
  salt blob not null,
  operations integer not null,   -- of argon2id
  memory integer not null,       -- bytes
  made_by text not null,         -- name of who chose its passphrase
  made_at text not null,
  ended_at text
) strict;
create unique index one_key_per_person on person_key (person_id) where ended_at is null;

-- Whose key a key is, in which role and in which time, under the partner's signature once the partner has a key.
create table certificate (
  id integer primary key,
  person_id text not null references person (id),
  public_key blob not null references person_key (public_key),
  name text not null,
  role text not null,
  valid_from text not null,
  valid_until text,              -- null while it holds
  partner_key blob,              -- the key that signed it
  signature blob
) strict;
create unique index one_certificate_per_person on certificate (person_id) where valid_until is null;

-- Which account prepared and decided, and with which key; null in what older versions signed with the partner's key.
alter table package add column prepared_by_id text;
alter table decision add column person_id text;
alter table decision add column signed_by blob;
alter table standing_approval add column person_id text;
alter table standing_approval add column signed_by blob;

-- Who was at this machine was only a setting before.
delete from setting where name = 'person';
