-- Scoring writes: the last score sheets, kept on this machine until the scientist clears them.
create table score_sheet (
  id text primary key,
  name text not null,
  global_model_id text references model (id),
  own_model_id text references model (id),
  created_at text not null,
  compounds integer not null,
  scored integer not null,
  failed integer not null
) strict;

create table score_compound (
  sheet_id text not null references score_sheet (id) on delete cascade,
  position integer not null,     -- order of the input
  company_id text not null,
  structure text not null,
  smiles text,
  failure text,
  nearest_similarity real,       -- Tanimoto to the nearest training compound of this partner
  global_probability blob,       -- Float32 per task
  own_probability blob,
  primary key (sheet_id, position)
) strict, without rowid;
