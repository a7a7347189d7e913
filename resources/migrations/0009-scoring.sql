-- Scoring writes: score sheets, kept on this machine until the scientist clears them.
create table score_sheet (
  id text primary key,
  name text not null,
  task_set_id integer not null references task_set (id), -- its tasks are the columns of both models
  global_model_id text references model (id),
  own_model_id text references model (id),
  created_at text not null,
  compounds integer not null     -- records read; their rows come in as they are scored
) strict;

create table score_compound (
  sheet_id text not null references score_sheet (id) on delete cascade,
  position integer not null,     -- order of the input, from 0
  company_id text not null,
  structure_kind text not null check (structure_kind in ('smiles', 'molblock')),
  structure text not null,       -- as given
  smiles text,                   -- standard structure, what is scored
  failure text,                  -- a closed list, see the contract of chemistry
  duplicate_of integer,          -- position of the first record with the same standard structure
  nearest_similarity real,       -- Tanimoto to the nearest training compound of this partner
  global_probability blob,       -- Float32 little endian, per column of the task set
  own_probability blob,
  primary key (sheet_id, position)
) strict, without rowid;
create index score_compound_by_similarity on score_compound (sheet_id, nearest_similarity);
