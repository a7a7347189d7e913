-- Training: scans over settings, and two more kinds of runs: the final fit, and a new head on the global trunk.

-- The kinds of runs are a closed list of the contract of training, which grows.
alter table run rename column kind to ran_as;
alter table run add column kind text not null default 'alone';
update run set kind = ran_as;
alter table run drop column ran_as;

create table scan (
  id text primary key,
  task_set_id integer not null references task_set (id),
  job_id text,                   -- null where no job of this workspace drives it
  created_at text not null
) strict;

create table scan_cell (
  scan_id text not null references scan (id) on delete cascade,
  position integer not null,     -- 0: the settings that the scan began from
  settings text not null,        -- JSON, as training alone takes them
  run_id text references run (id) on delete set null, -- the same for cells of several scans that are the same
  reached text,                  -- JSON: step and metrics of each task on the validation fold; null until trained
  primary key (scan_id, position)
) strict, without rowid;

-- What a new head on a global trunk came to, beside the global model's own head. The hash outlives the model.
create table retraining (
  run_id text primary key references run (id) on delete cascade,
  model_id text references model (id) on delete set null, -- null where it was not kept
  global_model_id text not null,
  global_hash text not null,     -- SHA-256 of the .onnx file
  compared text not null,        -- JSON: means on the validation fold and their difference
  created_at text not null
) strict;
