/** A score sheet as a table for files: a row per compound and task, and what every number in it depends on. */
import { readModel } from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import { predictedOf, readScoredCompounds, type ScoredCompound, type SheetRow } from '../catalog/scores.ts';
import { readTaskSet } from '../catalog/tasks.ts';
import { domainLimits, domainOf, type SheetTask, type TaskReference } from '../contract/scoring.ts';
import { type PlacedTask, placedTasks, valueResultOf } from './sheets.ts';

const pieceSize = 200;

/** Empty where there is nothing to say. */
export type ExportCell = string | number;

export const exportColumns = [
  'row',
  'compound_id',
  'structure',
  'standard_smiles',
  'failure',
  'duplicate_of_row',
  'assay',
  'kind',
  'threshold',
  'scale',
  'unit',
  'direction',
  'global_probability',
  'own_probability',
  'global_value',
  'global_value_interval_90',
  'own_value',
  'own_value_interval_90',
  'difference',
  'nearest_similarity',
  'domain',
] as const;

/** Columns that tell a record from the others, whatever the task. */
export const identityColumns = 6;

/** Pieces of rows; compounds that failed have one row. @param tasks null for every task */
export function* exportRows(
  catalog: Catalog,
  sheet: SheetRow,
  tasks: readonly TaskReference[] | null,
): Iterable<readonly (readonly ExportCell[])[]> {
  const asked = exportedTasks(catalog, sheet, tasks);
  for (const compounds of scoredPieces(catalog, sheet)) {
    yield compounds.flatMap((compound) => {
      const start = identityCells(compound);
      if (compound.failure !== null) {
        return [[...start, ...new Array<string>(exportColumns.length - start.length).fill('')]];
      }
      const similarity = compound.nearestSimilarity ?? 0;
      return asked.map((task) => [
        ...start,
        ...taskCells(task.task),
        ...predictionCells(compound, task),
        Number(similarity.toFixed(4)),
        domainOf(similarity),
      ]);
    });
  }
}

export type ExportedTask = PlacedTask & {
  /** Of predicted values: half the width of the interval of either model. */
  readonly intervals: { readonly global: number | null; readonly own: number | null };
};

export function exportedTasks(
  catalog: Catalog,
  sheet: SheetRow,
  tasks: readonly TaskReference[] | null,
): readonly ExportedTask[] {
  const intervalOf = (modelId: string | null, { kind, taskId }: SheetTask) =>
    kind === 'class' ? null : (valueResultOf(catalog, modelId, taskId)?.interval ?? null);
  return placedTasks(catalog, sheet)
    .filter(({ task }) => tasks?.some(({ kind, taskId }) => kind === task.kind && taskId === task.taskId) ?? true)
    .map((placed) => ({
      ...placed,
      intervals: {
        global: intervalOf(sheet.globalModelId, placed.task),
        own: intervalOf(sheet.ownModelId, placed.task),
      },
    }));
}

export function* scoredPieces(catalog: Catalog, { id }: SheetRow): Iterable<readonly ScoredCompound[]> {
  for (let after = -1; ; ) {
    const compounds = readScoredCompounds(catalog, id, after, pieceSize);
    if (compounds.length === 0) return;
    yield compounds;
    after = compounds.at(-1)!.position;
  }
}

export const identityCells = (compound: ScoredCompound): readonly ExportCell[] => [
  compound.position + 1,
  compound.companyId,
  compound.structureKind === 'smiles' ? compound.structure : '(mol block)',
  compound.smiles ?? '',
  compound.failure ?? '',
  compound.duplicateOf === null ? '' : compound.duplicateOf + 1,
];

const taskCells = (task: SheetTask): readonly ExportCell[] =>
  task.kind === 'class'
    ? [task.assay, task.kind, task.threshold, task.scale, '', task.direction]
    : [task.assay, task.kind, '', task.scale, task.unit ?? '', ''];

function predictionCells(compound: ScoredCompound, { task, column, intervals }: ExportedTask): readonly ExportCell[] {
  const [global, own] = [predictedOf(compound.global, column), predictedOf(compound.own, column)];
  const difference = global === null || own === null ? '' : figureOf(task, global - own);
  const [first, second] = [global, own].map((value) => (value === null ? '' : figureOf(task, value)));
  if (task.kind === 'class') return [first!, second!, '', '', '', '', difference];
  const width = (value: number | null, interval: number | null) =>
    value === null || interval === null ? '' : figureOf(task, interval);
  return ['', '', first!, width(global, intervals.global), second!, width(own, intervals.own), difference];
}

/** Probabilities to four decimals; values to six figures, whatever their unit makes of them. */
export const figureOf = ({ kind }: Pick<SheetTask, 'kind'>, value: number): number =>
  Number(kind === 'class' ? value.toFixed(4) : value.toPrecision(6));

/** What every number depends on, by the name of its column. */
export function provenanceOf(catalog: Catalog, sheet: SheetRow): Readonly<Record<string, string>> {
  const model = (name: string, id: string | null) => {
    const known = id === null ? undefined : readModel(catalog, id);
    return {
      [`${name}_model`]: known?.id ?? '',
      [`${name}_model_kind`]: known?.kind ?? '',
      [`${name}_model_hash`]: known?.hash ?? '',
      [`${name}_model_series`]: known?.series ?? '',
      [`${name}_model_step`]: String(known?.step ?? ''),
    };
  };
  return {
    ...model('global', sheet.globalModelId),
    ...model('own', sheet.ownModelId),
    chemistry_parameters: readTaskSet(catalog, sheet.taskSetId)?.parameterHash ?? '',
    domain_limits: `inside ${domainLimits.inside}, edge ${domainLimits.edge}`,
    scored_at: sheet.createdAt,
  };
}
