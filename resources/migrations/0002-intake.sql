-- Intake writes: files, batches, compounds as the company names them, assays and measurements.
create table source (
  id integer primary key,
  name text not null,
  sha256 text not null,
  bytes integer not null,
  format text not null,        -- csv, xlsx, sdf
  encoding text,
  delimiter text,
  sheet text,
  added_at text not null
) strict;
create index source_by_sha256 on source (sha256);

-- A batch is what one commit brought in. It is staged row by row and becomes visible in one step, by its state.
create table batch (
  id integer primary key,
  source_id integer not null references source (id),
  state text not null check (state in ('staging', 'committed', 'withdrawn')),
  mapping text not null,       -- JSON: the decisions it was read with
  person text not null,
  created_at text not null,
  committed_at text,
  rows_in integer not null default 0,
  rows_ready integer not null default 0,
  rows_warned integer not null default 0,
  rows_rejected integer not null default 0,
  rows_ignored integer not null default 0,
  measurements integer not null default 0,
  censored integer not null default 0,
  compounds integer not null default 0,
  assays integer not null default 0
) strict;
create index batch_by_source on batch (source_id);

-- One row per compound id and structure within a batch, exactly as the file gives them.
create table compound (
  id integer primary key,
  batch_id integer not null references batch (id) on delete cascade,
  company_id text not null,
  structure text not null,     -- SMILES or mol block, untouched
  structure_kind text not null check (structure_kind in ('smiles', 'molblock')),
  structure_key text not null, -- SHA-256 (hex) of kind, line feed, structure: the key of its standardisation
  line integer not null,
  unique (batch_id, company_id, structure_key)
) strict;
create index compound_by_structure on compound (structure_key);
create index compound_by_company_id on compound (company_id);

create table assay (
  id integer primary key,
  code text not null unique,   -- the company's own name, kept as text
  assay_type text not null check (assay_type in ('ADME', 'CATALOG-PANEL', 'NON-CATALOG-PANEL', 'OTHER', 'AUX_HTS', 'AUX_PL')),
  direction text check (direction in ('low', 'high')),
  expert_thresholds text not null default '[]' -- JSON list of numbers, in the scale of the assay
) strict;

create table measurement (
  id integer primary key,
  batch_id integer not null references batch (id) on delete cascade,
  compound_id integer not null references compound (id) on delete cascade,
  assay_id integer not null references assay (id),
  relation text not null check (relation in ('=', '<', '>')), -- of the stored value, after any flip
  value real not null,         -- in the stored scale
  scale text not null,         -- 'p' for -log10(mol/L), 'log10' of a linear unit, or 'linear'
  given_relation text not null,
  given_value text not null,   -- the cell, untouched
  given_unit text not null,
  line integer not null
) strict;
create index measurement_by_assay on measurement (assay_id);
create index measurement_by_compound on measurement (compound_id);
create index measurement_by_batch on measurement (batch_id);

create table rejected_row (
  id integer primary key,
  batch_id integer not null references batch (id) on delete cascade,
  line integer not null,
  column_name text not null,
  found text not null,
  expected text not null,      -- JSON {key, data}
  reason text not null,        -- a closed list, see the contract of intake
  severity text not null check (severity in ('rejected', 'warned')),
  cells text not null          -- JSON list: the row as it stands in the file, a mol block by its first lines
) strict;
create index rejected_row_by_batch on rejected_row (batch_id, reason);

-- What the stations after intake may read: only what is committed.
create view committed_measurement as
  select m.* from measurement m join batch b on b.id = m.batch_id where b.state = 'committed';
create view committed_compound as
  select c.* from compound c join batch b on b.id = c.batch_id where b.state = 'committed';
