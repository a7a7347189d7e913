-- Tasks: what is said of assays, the consortium's catalogue, regression tasks, and labels in one piece per task.

-- Said by a person or a file of assays, for the next task set; null where nothing is said.
create table assay_annotation (
  assay_id integer primary key references assay (id) on delete cascade,
  assay_type text check (assay_type in ('ADME', 'CATALOG-PANEL', 'NON-CATALOG-PANEL', 'OTHER', 'AUX_HTS', 'AUX_PL')),
  direction text check (direction in ('low', 'high')),
  use_in_regression integer check (use_in_regression in (0, 1)),
  is_binary integer check (is_binary in (0, 1)),
  expert_thresholds text,        -- JSON list of numbers, in the scale of the assay
  catalogue_assay_id text,       -- of the consortium's catalogue
  parent_assay text,             -- code of the assay that this one belongs to
  person text not null,
  said_at text not null
) strict;

alter table task_assay add column facts text not null default '{}'; -- JSON: replicates, what was left out, near miss
alter table task add column two_sided integer not null default 0;   -- large values of either sign are active
alter table task add column judged_as text;                         -- assay type whose quorums held; null: the assay's own
alter table task add column catalogue text;                         -- JSON: match with the consortium's catalogue, or null
alter table task_compound add column classified integer not null default 1; -- 0: has values of regression tasks only

-- Labels of a task that trains. Sets of earlier versions have theirs in the table label.
create table task_label (
  task_id integer primary key references task (id) on delete cascade,
  rows blob not null,            -- Uint32 little endian, ascending: rows of the training table
  classes blob not null          -- Int8: 1 active, -1 inactive
) strict;

create table regression_task (
  id integer primary key,
  task_set_id integer not null references task_set (id) on delete cascade,
  position integer not null,     -- column among the regression tasks, from 0; -1 when below the training quorum
  assay_id integer not null references assay (id),
  detail text not null,          -- JSON: counts by fold, quorums, weights
  rows blob not null,            -- as in task_label; empty when below the training quorum
  vals blob not null,            -- Float64 little endian, in the scale of the assay
  censors blob not null          -- Int8: -1 the true value is lower, 0 it is this, 1 it is higher
) strict;
create index regression_task_by_set on regression_task (task_set_id, position);
