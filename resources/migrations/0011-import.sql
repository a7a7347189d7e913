-- Import at speed: what a million rows go into carries no index while they come in. Rows come and go only as whole
-- batches, in catalog/staging.ts, which stands for the foreign keys that these tables had.
drop view committed_measurement;
drop view committed_compound;

-- Batches that a kill left staged, in the form of earlier versions: no import can go on with them.
delete from rejected_row where batch_id in (select id from batch where state = 'staging');
delete from measurement where batch_id in (select id from batch where state = 'staging');
delete from compound where batch_id in (select id from batch where state = 'staging');
delete from batch where state = 'staging';
delete from source where id not in (select source_id from batch);

-- What repeats from row to row; few of them stand for all measurements.
create table given_form (
  id integer primary key,
  relation text not null check (relation in ('=', '<', '>')), -- of the stored value, after any flip
  scale text not null,         -- 'p' for -log10(mol/L), 'log10' of a linear unit, 'linear', or 'binary': 1 and -1
  given_relation text not null,
  given_unit text not null,
  unique (relation, scale, given_relation, given_unit)
) strict;
insert into given_form (relation, scale, given_relation, given_unit)
  select distinct relation, scale, given_relation, given_unit from measurement;

create table measured_value (
  id integer primary key,
  batch_id integer not null,
  compound_id integer not null,
  assay_id integer not null,
  form_id integer not null,    -- of given_form
  value real not null,         -- in the stored scale
  given_value text not null,   -- the cell, untouched
  line integer not null
) strict;
insert into measured_value
  select m.id, m.batch_id, m.compound_id, m.assay_id, f.id, m.value, m.given_value, m.line
  from measurement m join given_form f on f.relation = m.relation and f.scale = m.scale
    and f.given_relation = m.given_relation and f.given_unit = m.given_unit
  order by m.id;
drop table measurement;

-- The measurements of an assay, of all batches that were ever committed: an index by hand, filled in order at the commit.
create table measurement_of_assay (
  assay_id integer not null,
  measurement_id integer not null,
  primary key (assay_id, measurement_id)
) strict, without rowid;
insert into measurement_of_assay select assay_id, id from measured_value order by assay_id, id;

-- One row per compound id and structure within a batch, exactly as the file gives them; of batches that are committed.
create table compound_without_keys (
  id integer primary key,
  batch_id integer not null,
  company_id text not null,
  structure text not null,     -- SMILES or mol block, untouched
  structure_kind text not null check (structure_kind in ('smiles', 'molblock')),
  structure_key text not null, -- SHA-256 (hex) of kind, line feed, structure: the key of its standardisation
  line integer not null
) strict;
insert into compound_without_keys
  select id, batch_id, company_id, structure, structure_kind, structure_key, line from compound order by id;
drop table compound;
alter table compound_without_keys rename to compound;
create index compound_by_structure on compound (structure_key);
create index compound_by_company_id on compound (company_id);

-- Compounds of the batch that is being staged: moved to `compound` at the commit, so that its indexes are kept once.
create table staged_compound (
  id integer primary key,      -- the one that it will have in compound
  batch_id integer not null,
  company_id text not null,
  structure text not null,
  structure_kind text not null,
  structure_key text not null,
  line integer not null
) strict;

-- Where the rows of a staged batch begin, and what it is being read from: a killed import goes on only with the same.
create table staging (
  batch_id integer primary key references batch (id) on delete cascade,
  fingerprint text not null,   -- SHA-256 over file, mapping and version of the application
  first_measurement integer not null,
  first_compound integer not null,
  first_assay integer not null,
  first_form integer not null,
  indexing integer not null default 0 -- from here on measurement_of_assay may hold rows of the batch
) strict;

-- Columns as they were; what the stations after intake read is committed_measurement.
create view measurement as
  select m.id, m.batch_id, m.compound_id, m.assay_id, f.relation, m.value, f.scale, f.given_relation, m.given_value,
    f.given_unit, m.line
  from measured_value m cross join given_form f on f.id = m.form_id;
create view committed_measurement as
  select m.id, m.batch_id, m.compound_id, m.assay_id, f.relation, m.value, f.scale, f.given_relation, m.given_value,
    f.given_unit, m.line
  from measured_value m cross join given_form f on f.id = m.form_id join batch b on b.id = m.batch_id
  where b.state = 'committed';
create view committed_compound as
  select c.* from compound c join batch b on b.id = c.batch_id where b.state = 'committed';

-- Mappings with a name.
create table mapping_template (
  id integer primary key autoincrement, -- never used again: batches name it
  name text not null unique,
  version integer not null,    -- from 1
  header text not null,        -- SHA-256 over its columns, whatever their order and spelling in case and width
  mapping text not null,       -- JSON
  person text not null,        -- who saved this version
  created_at text not null,
  changed_at text not null
) strict;
create index mapping_template_by_header on mapping_template (header);

alter table batch add column template_id integer;  -- of the mapping it began as; the template itself may be gone
alter table batch add column template_version integer;
create index batch_by_template on batch (template_id);

-- Files on their way: decisions of a person that survive a reload and a restart, and the uploads that they are about.
create table import_draft (
  file text primary key,       -- token of the upload
  content text not null,       -- JSON
  person text not null,
  created_at text not null,
  changed_at text not null
) strict;
create table import_draft_file (
  draft text not null references import_draft (file) on delete cascade,
  token text not null,
  name text not null,
  ending text not null,        -- of its path in uploads/, such as .csv.gz
  bytes integer not null,
  sha256 text not null,
  primary key (draft, token)
) strict, without rowid;
