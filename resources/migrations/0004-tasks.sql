-- Tasks writes: learning tasks, and the label of each standard structure under each task.
create table task_set (
  id integer primary key,
  created_at text not null,
  parameter_hash text not null,  -- of the chemistry it was built on
  rules text not null,           -- JSON: thresholds, quorums, aggregation
  hash text not null             -- SHA-256 over tasks and labels
) strict;

create table task (
  id integer primary key,
  task_set_id integer not null references task_set (id) on delete cascade,
  position integer not null,     -- column of the task in the training table, from 0; -1 when below the training quorum
  assay_id integer not null references assay (id),
  threshold real not null,
  method text not null,          -- expert, fixed_adaptive, median, quartile, aux_low, aux_high
  direction text not null check (direction in ('low', 'high')),
  auxiliary integer not null,
  training_quorum integer not null,
  evaluation_quorum integer not null,
  training_weight real not null,
  aggregation_weight real not null,
  counts text not null           -- JSON: per fold {active, inactive, ambiguous}
) strict;
create index task_by_set on task (task_set_id, position);

-- A row of the training table is a standard structure: same bits and fold in every assay.
create table task_compound (
  id integer primary key,
  task_set_id integer not null references task_set (id) on delete cascade,
  position integer not null,     -- row of the training table, from 0
  smiles text not null,
  fold integer not null,
  bits blob not null
) strict;
create unique index task_compound_by_set on task_compound (task_set_id, position);

create table label (
  task_id integer not null references task (id) on delete cascade,
  task_compound_id integer not null references task_compound (id) on delete cascade,
  value integer not null check (value in (-1, 1)),
  primary key (task_id, task_compound_id)
) strict, without rowid;
