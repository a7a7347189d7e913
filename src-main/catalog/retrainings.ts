/** What new heads on a global trunk came to, beside the global model's own head. */
import type { Difference } from '../contract/tuning.ts';
import type { Catalog } from './open.ts';

export type Retraining = {
  readonly runId: string;
  /** Null where it was not kept, or is gone. */
  readonly modelId: string | null;
  readonly globalModelId: string;
  readonly globalHash: string;
  readonly globalAucPr: number | null;
  readonly aucPr: number | null;
  readonly against: Difference;
  readonly createdAt: string;
};

export function addRetraining(catalog: Catalog, retraining: Omit<Retraining, 'createdAt'>): void {
  const { runId, modelId, globalModelId, globalHash, ...compared } = retraining;
  catalog.db
    .prepare(
      `insert into retraining (run_id, model_id, global_model_id, global_hash, compared, created_at)
       values (?, ?, ?, ?, ?, ?)`,
    )
    .run(runId, modelId, globalModelId, globalHash, JSON.stringify(compared), new Date().toISOString());
}

/** The newest one on this model's trunk. */
export function retrainingOf(catalog: Catalog, globalModelId: string): Retraining | undefined {
  const row = catalog.db
    .prepare('select * from retraining where global_model_id = ? order by created_at desc, rowid desc limit 1')
    .get(globalModelId) as Record<string, string | null> | undefined;
  if (row === undefined) return undefined;
  return {
    runId: String(row.run_id),
    modelId: row.model_id ?? null,
    globalModelId,
    globalHash: String(row.global_hash),
    ...(JSON.parse(String(row.compared)) as Pick<Retraining, 'globalAucPr' | 'aucPr' | 'against'>),
    createdAt: String(row.created_at),
  };
}
