/** Score sheets and their compounds: kept on this machine until a person clears them. */
import type { StructureFailure } from '../contract/chemistry.ts';
import type { Catalog } from './open.ts';

export type SheetRow = {
  readonly id: string;
  readonly name: string;
  readonly taskSetId: number;
  readonly globalModelId: string | null;
  readonly ownModelId: string | null;
  readonly createdAt: string;
  /** Records read; their rows come in as they are scored. */
  readonly compounds: number;
};

export type ScoredCompound = {
  readonly position: number;
  readonly companyId: string;
  readonly structureKind: 'smiles' | 'molblock';
  readonly structure: string;
  readonly smiles: string | null;
  readonly failure: StructureFailure | null;
  readonly duplicateOf: number | null;
  readonly nearestSimilarity: number | null;
  /** Null without the model or without a structure. */
  readonly global: Predicted | null;
  readonly own: Predicted | null;
};

/** What one model predicts of a compound. */
export type Predicted = {
  /** Per column of the task set. */
  readonly probabilities: Float32Array;
  /** Per regression task of it, in the scale of the assay; null where the model learnt none. */
  readonly values: Float32Array | null;
};

/** A column of the probabilities, or of the values. */
export type ScoreColumn = { readonly kind: 'class' | 'value'; readonly index: number };

/** A compound under one task. */
export type ScoredUnderTask = Omit<ScoredCompound, 'global' | 'own' | 'structureKind'> & {
  /** Probability or value. */
  readonly global: number | null;
  readonly own: number | null;
};

/** Half open: from `least` to below `below`. */
export type RowFilter = {
  readonly similarity?: { readonly least: number; readonly below: number };
  readonly failed?: boolean;
};

export type RowOrder = 'input' | 'global' | 'own' | 'difference' | 'similarity';

/** A sheet of the same id, such as the beginning of a job that was killed, is replaced. */
export function addSheet(catalog: Catalog, sheet: Omit<SheetRow, 'createdAt'>): void {
  const { db } = catalog;
  db.transaction(() => {
    db.prepare('delete from score_sheet where id = ?').run(sheet.id);
    db.prepare(
      `insert into score_sheet (id, name, task_set_id, global_model_id, own_model_id, created_at, compounds)
       values (?, ?, ?, ?, ?, ?, ?)`,
    ).run(
      sheet.id,
      sheet.name,
      sheet.taskSetId,
      sheet.globalModelId,
      sheet.ownModelId,
      new Date().toISOString(),
      sheet.compounds,
    );
  }).immediate();
}

export function addScoredCompounds(catalog: Catalog, sheetId: string, compounds: readonly ScoredCompound[]): void {
  const { db } = catalog;
  const add = db.prepare(
    `insert into score_compound (sheet_id, position, company_id, structure_kind, structure, smiles, failure,
       duplicate_of, nearest_similarity, global_probability, own_probability, global_values, own_values)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  db.transaction(() => {
    for (const compound of compounds) {
      add.run(
        sheetId,
        compound.position,
        compound.companyId,
        compound.structureKind,
        compound.structure,
        compound.smiles,
        compound.failure,
        compound.duplicateOf,
        compound.nearestSimilarity,
        compound.global && toBlob(compound.global.probabilities),
        compound.own && toBlob(compound.own.probabilities),
        compound.global?.values ? toBlob(compound.global.values) : null,
        compound.own?.values ? toBlob(compound.own.values) : null,
      );
    }
  }).immediate();
}

export function readSheet(catalog: Catalog, id: string): SheetRow | undefined {
  const row = catalog.db.prepare('select * from score_sheet where id = ?').get(id);
  return row === undefined ? undefined : toSheet(row);
}

/** Newest first. */
export const listSheets = (catalog: Catalog): readonly SheetRow[] =>
  catalog.db.prepare('select * from score_sheet order by created_at desc, rowid desc').all().map(toSheet);

export type SheetCounts = {
  readonly scored: number;
  readonly failed: number;
  readonly duplicates: number;
  /** Scored rows by similarity: below the first limit, between the two, from the second. */
  readonly outside: number;
  readonly edge: number;
  readonly inside: number;
};

export const countSheet = (catalog: Catalog, sheetId: string, lower: number, upper: number): SheetCounts =>
  catalog.db
    .prepare(
      `select count(smiles) as scored, count(failure) as failed, count(duplicate_of) as duplicates,
         count(case when nearest_similarity < @lower then 1 end) as outside,
         count(case when nearest_similarity >= @lower and nearest_similarity < @upper then 1 end) as edge,
         count(case when nearest_similarity >= @upper then 1 end) as inside
       from score_compound where sheet_id = @sheetId`,
    )
    .get({ sheetId, lower, upper }) as SheetCounts;

/** @returns how many sheets went */
export function removeSheets(catalog: Catalog, sheetId: string | null): number {
  const { db } = catalog;
  const { changes } =
    sheetId === null
      ? db.prepare('delete from score_sheet').run()
      : db.prepare('delete from score_sheet where id = ?').run(sheetId);
  return changes;
}

/** @param column of the task that is shown and sorted by; rows without a number come last */
export function pageOfSheet(
  catalog: Catalog,
  sheetId: string,
  column: ScoreColumn,
  page: {
    readonly offset: number;
    readonly limit: number;
    readonly filter: RowFilter;
    readonly order: RowOrder;
    readonly descending: boolean;
  },
): { readonly total: number; readonly rows: readonly ScoredUnderTask[] } {
  const { db } = catalog;
  const keys = [...sortKeys(catalog, sheetId, column, page.filter)];
  if (page.order !== 'input') {
    const order = page.order;
    const sign = page.descending ? -1 : 1;
    const value = (key: SortKey) => key[order] ?? sign * Number.POSITIVE_INFINITY;
    keys.sort((a, b) => sign * (value(a) - value(b)) || a.position - b.position);
  } else if (page.descending) {
    keys.reverse();
  }
  const one = db.prepare('select * from score_compound where sheet_id = ? and position = ?');
  const rows = keys
    .slice(page.offset, page.offset + page.limit)
    .map(({ position }) => underTask(toCompound(one.get(sheetId, position)), column));
  return { total: keys.length, rows };
}

type SortKey = {
  readonly position: number;
  readonly similarity: number | null;
  readonly global: number | null;
  readonly own: number | null;
  readonly difference: number | null;
};

/** The four bytes of one column in the lists of both models. */
const numberOf = (model: 'global' | 'own', { kind }: ScoreColumn): string =>
  `substr(${model}_${kind === 'class' ? 'probability' : 'values'}, @start, 4) as ${model}`;

const startOf = ({ index }: ScoreColumn): number => 4 * index + 1;

function* sortKeys(catalog: Catalog, sheetId: string, column: ScoreColumn, filter: RowFilter): Iterable<SortKey> {
  const found = catalog.db
    .prepare(
      `select position, nearest_similarity, ${numberOf('global', column)}, ${numberOf('own', column)}
       from score_compound
       where sheet_id = @sheetId
         and (@least is null or (nearest_similarity >= @least and nearest_similarity < @below))
         and (@failed is null or (failure is not null) = @failed)
       order by position`,
    )
    .iterate({
      sheetId,
      start: startOf(column),
      least: filter.similarity?.least ?? null,
      below: filter.similarity?.below ?? null,
      failed: filter.failed === undefined ? null : Number(filter.failed),
    }) as Iterable<Record<string, number | Buffer | null>>;
  for (const row of found) {
    const [global, own] = [toNumber(row.global), toNumber(row.own)];
    yield {
      position: Number(row.position),
      similarity: row.nearest_similarity as number | null,
      global,
      own,
      difference: global === null || own === null ? null : global - own,
    };
  }
}

/** Every scored compound under one task, in the order of the input, with its id. */
export function* pointsOfSheet(
  catalog: Catalog,
  sheetId: string,
  column: ScoreColumn,
): Iterable<Pick<ScoredUnderTask, 'position' | 'companyId' | 'nearestSimilarity' | 'global' | 'own'>> {
  const found = catalog.db
    .prepare(
      `select position, company_id, nearest_similarity, ${numberOf('global', column)}, ${numberOf('own', column)}
       from score_compound where sheet_id = @sheetId and smiles is not null order by position`,
    )
    .iterate({ sheetId, start: startOf(column) }) as Iterable<Record<string, string | number | Buffer | null>>;
  for (const row of found) {
    yield {
      position: Number(row.position),
      companyId: String(row.company_id),
      nearestSimilarity: row.nearest_similarity as number | null,
      global: toNumber(row.global),
      own: toNumber(row.own),
    };
  }
}

/** In the order of the input, `limit` at a time, so that a reader may take its time between two calls. */
export const readScoredCompounds = (
  catalog: Catalog,
  sheetId: string,
  after: number,
  limit: number,
): readonly ScoredCompound[] =>
  catalog.db
    .prepare('select * from score_compound where sheet_id = ? and position > ? order by position limit ?')
    .all(sheetId, after, limit)
    .map(toCompound);

function underTask(
  { global, own, structureKind: _, ...compound }: ScoredCompound,
  column: ScoreColumn,
): ScoredUnderTask {
  return { ...compound, global: predictedOf(global, column), own: predictedOf(own, column) };
}

export const predictedOf = (predicted: Predicted | null, { kind, index }: ScoreColumn): number | null =>
  (kind === 'class' ? predicted?.probabilities : predicted?.values)?.[index] ?? null;

const toBlob = (values: Float32Array): Buffer => {
  const blob = Buffer.allocUnsafe(4 * values.length);
  values.forEach((value, at) => {
    blob.writeFloatLE(value, 4 * at);
  });
  return blob;
};

const toNumber = (blob: unknown): number | null =>
  Buffer.isBuffer(blob) && blob.length === 4 ? blob.readFloatLE(0) : null;

const toValues = (blob: unknown): Float32Array | null =>
  Buffer.isBuffer(blob) ? Float32Array.from({ length: blob.length / 4 }, (_, at) => blob.readFloatLE(4 * at)) : null;

function toPredicted(probabilities: unknown, values: unknown): Predicted | null {
  const known = toValues(probabilities);
  return known && { probabilities: known, values: toValues(values) };
}

function toSheet(found: unknown): SheetRow {
  const row = found as Record<string, string | number | null>;
  return {
    id: String(row.id),
    name: String(row.name),
    taskSetId: Number(row.task_set_id),
    globalModelId: row.global_model_id as string | null,
    ownModelId: row.own_model_id as string | null,
    createdAt: String(row.created_at),
    compounds: Number(row.compounds),
  };
}

function toCompound(found: unknown): ScoredCompound {
  const row = found as Record<string, string | number | Buffer | null>;
  return {
    position: Number(row.position),
    companyId: String(row.company_id),
    structureKind: row.structure_kind as ScoredCompound['structureKind'],
    structure: String(row.structure),
    smiles: row.smiles as string | null,
    failure: row.failure as StructureFailure | null,
    duplicateOf: row.duplicate_of as number | null,
    nearestSimilarity: row.nearest_similarity as number | null,
    global: toPredicted(row.global_probability, row.global_values),
    own: toPredicted(row.own_probability, row.own_values),
  };
}
