-- Training: metrics beside the two areas, those of regression tasks, and models fused of an own and a global one.

alter table task_metric add column auc_pr_calibrated real;          -- at a share of actives of one tenth
alter table task_metric add column f1_max real;
alter table task_metric add column f1_max_at real;                  -- probability from which on it is reached
alter table task_metric add column kappa real;                      -- Cohen's, active from one half
alter table task_metric add column kappa_max real;
alter table task_metric add column kappa_max_at real;
alter table task_metric add column brier real;
alter table task_metric add column log_loss real;                   -- BCE per label
alter table task_metric add column adaptive_calibration_error real; -- ten bins of equal size; null below 50 labels

create table regression_metric (
  model_id text not null references model (id) on delete cascade,
  regression_task_id integer not null references regression_task (id),
  fold_role text not null check (fold_role in ('validation', 'test')),
  labels integer not null,       -- values in the fold, censored ones among them
  uncensored integer not null,
  rmse real,                     -- a censored value counts where it is on the wrong side
  rmse_uncensored real,
  r2 real,
  pearson real,
  primary key (model_id, regression_task_id, fold_role)
) strict, without rowid;

-- The kinds of models are a closed list of the contract of training, which grows.
alter table model rename column kind to trained_as;
alter table model add column kind text not null default 'alone';
update model set kind = trained_as;
alter table model drop column trained_as;

-- What fusing two models of one task set came to. The hashes outlive the models.
create table fusion (
  id text primary key,
  model_id text references model (id) on delete set null, -- null where the validation fold chose one of the two alone
  own_model_id text not null,
  own_hash text not null,        -- SHA-256 of the .onnx file
  global_model_id text not null,
  global_hash text not null,
  weight real not null,          -- of the global model's logits, 0 to 1
  looks text not null,           -- JSON: [{weight, aucPr, loss}], on the validation fold
  created_at text not null
) strict;
create index fusion_by_models on fusion (own_model_id, global_model_id);
