-- Chemistry writes: each step that standardisation applied, what it took away, and what a person should look at.
alter table standard_structure add column changes text not null default '[]'; -- JSON list of applied steps, see the contract of chemistry
alter table standard_structure add column notices text not null default '[]'; -- JSON list: mixture, equal-fragments, organometallic

-- A fragment that was taken away from a structure: once, however often it was there.
create table removed_fragment (
  parameter_hash text not null,
  smiles text not null,          -- canonical, flat, with its charge
  structure_key text not null,   -- as in standard_structure
  kind text not null check (kind in ('counterIon', 'solvent', 'other')),
  primary key (parameter_hash, smiles, structure_key)
) strict, without rowid;
