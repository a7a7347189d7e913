-- Tasks writes: learning tasks, and the label of each standard structure under each task.

-- Thresholds that a person set for an assay, in its scale. They go into the next task set.
create table threshold_choice (
  assay_id integer primary key references assay (id) on delete cascade,
  thresholds text not null,      -- JSON list of numbers, ascending
  person text not null,
  chosen_at text not null
) strict;

create table task_set (
  id integer primary key,
  created_at text not null,
  parameter_hash text not null,  -- of the chemistry it was built on
  rules text not null,           -- JSON: thresholds, quorums, aggregation
  built_from text not null,      -- hash of what it was built from: tells whether it is still up to date
  hash text not null             -- SHA-256 over tasks and labels
) strict;

-- Every assay that had measurements, also those that no task came from.
create table task_assay (
  task_set_id integer not null references task_set (id) on delete cascade,
  assay_id integer not null references assay (id),
  scale text not null,
  direction text not null check (direction in ('low', 'high')),
  compounds integer not null,
  censored integer not null,
  reason text not null,          -- JSON: {key, data}, what led to the thresholds
  primary key (task_set_id, assay_id)
) strict, without rowid;

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
  counts text not null           -- JSON: per fold {fold, actives, inactives, ambiguous}
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

-- Of the tasks that train.
create table label (
  task_id integer not null references task (id) on delete cascade,
  task_compound_id integer not null references task_compound (id) on delete cascade,
  value integer not null check (value in (-1, 1)),
  primary key (task_id, task_compound_id)
) strict, without rowid;
