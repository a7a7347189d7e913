-- Tasks: what a set was made under, so that it stays what it was whatever is said of its assays afterwards. All of it is
-- null in sets of earlier versions.

alter table task_set add column folds_seen text;     -- JSON: {panels, others}, the folds that hold values of any assay
alter table task_set add column catalogue_hash text; -- of the consortium's catalogue; empty where it had none

alter table task_assay add column assay_type text
  check (assay_type in ('ADME', 'CATALOG-PANEL', 'NON-CATALOG-PANEL', 'OTHER', 'AUX_HTS', 'AUX_PL'));
alter table task_assay add column annotation text;   -- JSON: all else that was said of the assay
