/** What runs were trained on, and the curve of a run that begins anew on another provider. */
import type { UsedProvider } from '../contract/providers.ts';
import type { Catalog } from './open.ts';

export function setRunProvider(catalog: Catalog, runId: string, { name, trouble }: UsedProvider): void {
  catalog.db
    .prepare('update run set provider = ?, provider_trouble = ? where id = ?')
    .run(name, trouble === null ? null : JSON.stringify(trouble), runId);
}

/** Null for a run of before providers were kept, or that has not begun. */
export function readRunProvider(catalog: Catalog, runId: string): UsedProvider | null {
  const row = catalog.db.prepare('select provider, provider_trouble as trouble from run where id = ?').get(runId) as
    | { readonly provider: UsedProvider['name'] | null; readonly trouble: string | null }
    | undefined;
  if (row === undefined || row.provider === null) return null;
  return { name: row.provider, trouble: row.trouble === null ? null : JSON.parse(row.trouble) };
}

export function forgetRunPoints(catalog: Catalog, runId: string): void {
  catalog.db.prepare('delete from run_point where run_id = ?').run(runId);
}
