-- Chemistry writes: the standard structure of each structure that came in, cached by input and parameters.
create table standard_structure (
  structure_key text not null,   -- as in compound
  parameter_hash text not null,  -- of the consortium's chemistry parameters and the toolkit's version
  state text not null check (state in ('ok', 'failed')),
  smiles text,                   -- canonical, flat
  steps text not null default '[]', -- JSON list: what standardisation changed (fragment, charge, isotope, stereo)
  failure text,                  -- a closed list, see the contract of chemistry
  failure_detail text,           -- the toolkit's words, or the number that broke a limit
  scaffold text,                 -- what the fold was computed from; empty without a ring, then it was smiles
  fold integer check (fold between 0 and 4),
  bits blob,                     -- Uint16 little endian, ascending: scrambled positions of the set fingerprint bits
  heavy_atoms integer,
  primary key (structure_key, parameter_hash)
) strict, without rowid;
create index standard_structure_by_smiles on standard_structure (parameter_hash, smiles);
