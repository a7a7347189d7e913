-- Exchange writes: through which proxy a call went, without its password.
alter table connection add column proxy text;
-- Federation writes: SHA-256 of the public key that the coordinator's TLS certificate must have, where one was agreed on.
alter table consortium add column coordinator_certificate text;
-- The long-term keys of this partner that are not the one it signs with now: prepared for a rotation, or replaced by one.
create table partner_key (
  public_key blob primary key,   -- Ed25519
  secret_key blob,               -- null once it is replaced: it signs nothing any more
  state text not null check (state in ('next', 'replaced')),
  reason text not null check (reason in ('rotation', 'loss')),
  made_at text not null,
  replaced_at text
) strict;
create unique index one_next_partner_key on partner_key (state) where state = 'next';
