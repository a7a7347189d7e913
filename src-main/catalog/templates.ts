/** Mappings with a name, for the next file of the same kind. */
import { ChoraleError } from '../contract/errors.ts';
import { type Mapping, mapping as mappingSchema, type Template, type TemplateUsed } from '../contract/intake.ts';
import type { Catalog } from './open.ts';
import { inOneTransaction } from './transaction.ts';

export type StoredTemplate = Template & { readonly mapping: Mapping };

/** By name. */
export const listTemplates = ({ db }: Catalog): readonly StoredTemplate[] =>
  db
    .prepare(`${selected} order by t.name`)
    .all()
    .map((row) => toTemplate(row as TemplateRow));

/** @throws NOT_FOUND */
export function readTemplate({ db }: Catalog, id: number): StoredTemplate {
  const row = db.prepare(`${selected} where t.id = ?`).get(id) as TemplateRow | undefined;
  if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'template', id: String(id) });
  return toTemplate(row);
}

/** @throws NOT_FOUND */
export function readTemplateByName(catalog: Catalog, name: string): StoredTemplate {
  const id = catalog.db.prepare('select id from mapping_template where name = ?').pluck().get(name);
  if (id === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'template', id: name });
  return readTemplate(catalog, id as number);
}

/** What a mapping says of itself when this template is as it was then; undefined when it is gone or has changed since. */
export function templateAsUsed(catalog: Catalog, { id, version }: TemplateUsed): StoredTemplate | undefined {
  const row = catalog.db.prepare(`${selected} where t.id = ? and t.version = ?`).get(id, version);
  return row === undefined ? undefined : toTemplate(row as TemplateRow);
}

/**
 * A name that is there already gets the next version.
 * @param header fingerprint of its columns
 */
export function saveTemplate(
  catalog: Catalog,
  name: string,
  mapping: Mapping,
  header: string,
  person: string,
  now: Date,
): StoredTemplate {
  const { template: _, ...own } = mapping;
  return inOneTransaction(catalog, () => {
    const id = catalog.db
      .prepare(
        `insert into mapping_template (name, version, header, mapping, person, created_at, changed_at)
         values (:name, 1, :header, :mapping, :person, :now, :now)
         on conflict (name) do update set version = version + 1, header = excluded.header, mapping = excluded.mapping,
           person = excluded.person, changed_at = excluded.changed_at
         returning id`,
      )
      .pluck()
      .get({ name, header, mapping: JSON.stringify(own), person, now: now.toISOString() }) as number;
    return readTemplate(catalog, id);
  });
}

/** @throws NOT_FOUND, INPUT_INVALID when another one has the name */
export function renameTemplate(catalog: Catalog, id: number, name: string): StoredTemplate {
  return inOneTransaction(catalog, () => {
    readTemplate(catalog, id);
    const taken = catalog.db.prepare('select 1 from mapping_template where name = ? and id <> ?').get(name, id);
    if (taken !== undefined) {
      const issues = [{ path: 'name', message: `there is a template "${name}" already` }];
      throw new ChoraleError('INPUT_INVALID', { issues });
    }
    catalog.db.prepare('update mapping_template set name = ? where id = ?').run(name, id);
    return readTemplate(catalog, id);
  });
}

/** Batches keep what they were read with. @throws NOT_FOUND */
export function removeTemplate(catalog: Catalog, id: number): void {
  readTemplate(catalog, id);
  catalog.db.prepare('delete from mapping_template where id = ?').run(id);
}

const selected = `
  select t.*, (select count(*) from batch b where b.template_id = t.id and b.state = 'committed') as batches
  from mapping_template t`;

type TemplateRow = {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly mapping: string;
  readonly person: string;
  readonly created_at: string;
  readonly changed_at: string;
  readonly batches: number;
};

function toTemplate(row: TemplateRow): StoredTemplate {
  // Also one of an earlier version, which lacks what has come since.
  const mapping = mappingSchema.parse(JSON.parse(row.mapping));
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    person: row.person,
    createdAt: row.created_at,
    changedAt: row.changed_at,
    format: mapping.reading.format,
    layout: mapping.layout,
    columns: mapping.columns.length,
    batches: row.batches,
    mapping,
  };
}
