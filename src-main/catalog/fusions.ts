/** What fusing an own model with a global one came to: the weight that the validation fold chose, and every look at it. */
import { randomUUID } from 'node:crypto';
import type { Catalog } from './open.ts';

export type FusionLook = {
  /** Of the global model's logits, 0 to 1; the own model has the rest. */
  readonly weight: number;
  /** Mean over the tasks that count on the validation fold. */
  readonly aucPr: number | null;
  /** BCE per label there. */
  readonly loss: number | null;
};

export type ValueLook = {
  /** Of the global model's values, 0 to 1; the own model has the rest. */
  readonly weight: number;
  /** Squared error per value of the validation fold, in the task's deviations. */
  readonly loss: number | null;
};

export type FusionRow = {
  readonly id: string;
  /** Null where the validation fold chose one of the two alone, or the fused model is gone. */
  readonly modelId: string | null;
  readonly ownModelId: string;
  readonly ownHash: string;
  readonly globalModelId: string;
  readonly globalHash: string;
  readonly weight: number;
  readonly looks: readonly FusionLook[];
  /** 0 or 1 with no looks where only one of the two predicts values; null where neither does. */
  readonly valueWeight: number | null;
  readonly valueLooks: readonly ValueLook[];
  readonly createdAt: string;
};

/** @returns its id */
export function addFusion(catalog: Catalog, fusion: Omit<FusionRow, 'id' | 'createdAt'>): string {
  const id = randomUUID();
  const { modelId, ownModelId, ownHash, globalModelId, globalHash, weight, looks, valueWeight, valueLooks } = fusion;
  catalog.db
    .prepare(
      `insert into fusion (id, model_id, own_model_id, own_hash, global_model_id, global_hash, weight, looks, value_weight,
         value_looks, created_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[id, modelId, ownModelId, ownHash, globalModelId, globalHash, weight, JSON.stringify(looks)],
      ...[valueWeight, JSON.stringify(valueLooks)],
      new Date().toISOString(),
    );
  return id;
}

/** The newest fusion of these two models. */
export const fusionOf = (catalog: Catalog, ownModelId: string, globalModelId: string): FusionRow | undefined =>
  toFusion(
    catalog.db
      .prepare(
        `select * from fusion where own_model_id = ? and global_model_id = ?
         order by created_at desc, rowid desc limit 1`,
      )
      .get(ownModelId, globalModelId),
  );

/** What a fused model was made of. */
export const fusionOfModel = (catalog: Catalog, modelId: string): FusionRow | undefined =>
  toFusion(catalog.db.prepare('select * from fusion where model_id = ?').get(modelId));

function toFusion(found: unknown): FusionRow | undefined {
  if (found === undefined) return undefined;
  const row = found as Record<string, string | number | null>;
  return {
    id: String(row.id),
    modelId: row.model_id as string | null,
    ownModelId: String(row.own_model_id),
    ownHash: String(row.own_hash),
    globalModelId: String(row.global_model_id),
    globalHash: String(row.global_hash),
    weight: Number(row.weight),
    looks: JSON.parse(String(row.looks)) as FusionLook[],
    valueWeight: row.value_weight as number | null,
    valueLooks: JSON.parse(String(row.value_looks ?? '[]')) as ValueLook[],
    createdAt: String(row.created_at),
  };
}
