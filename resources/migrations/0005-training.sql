-- Training writes: runs, their learning curves, models and what each task reached.
create table run (
  id text primary key,
  kind text not null check (kind in ('alone', 'federated')),
  task_set_id integer not null references task_set (id),
  job_id text,                   -- null where no job of this workspace drives it
  series text,                   -- of the federation, when federated
  settings text not null,        -- JSON: hidden sizes, rates, dropout, seeds
  state text not null check (state in ('running', 'done', 'failed', 'cancelled')),
  created_at text not null,
  finished_at text
) strict;

create table run_point (
  run_id text not null references run (id) on delete cascade,
  step integer not null,         -- train steps taken when alone, round when federated
  loss real,                     -- mean since the point before
  validation_auc_pr real,        -- plain means over the tasks that count
  validation_auc_roc real,
  validation_low real,           -- 95 % of the mean AUC-PR, by bootstrap over tasks
  validation_high real,
  seconds real not null,
  primary key (run_id, step)
) strict, without rowid;

create table model (
  id text primary key,
  run_id text not null references run (id) on delete cascade,
  kind text not null check (kind in ('alone', 'global')),
  step integer not null,         -- of the run, chosen on the validation fold
  hash text not null,            -- SHA-256 of the .onnx file
  trunk_hash text not null,      -- SHA-256 of the trunk's float32 bytes
  file text not null,            -- name in the vault
  bytes integer not null,
  created_at text not null
) strict;
create index model_by_run on model (run_id);

create table task_metric (
  model_id text not null references model (id) on delete cascade,
  task_id integer not null references task (id),
  fold_role text not null check (fold_role in ('validation', 'test')),
  actives integer not null,
  inactives integer not null,
  auc_roc real,                  -- null when one class is missing
  auc_pr real,                   -- average precision
  calibration_error real,        -- expected, in ten bins; null below 50 labels
  primary key (model_id, task_id, fold_role)
) strict, without rowid;
