/** Settings of the workspace: small JSON values by name. */
import type { Catalog } from './open.ts';

export function readSetting<Value>(catalog: Catalog, name: string): Value | undefined {
  const row = catalog.db.prepare('select value from setting where name = ?').get(name) as { value: string } | undefined;
  return row && (JSON.parse(row.value) as Value);
}

export function writeSetting(catalog: Catalog, name: string, value: unknown): void {
  catalog.db
    .prepare('insert into setting (name, value) values (?, ?) on conflict (name) do update set value = excluded.value')
    .run(name, JSON.stringify(value));
}
