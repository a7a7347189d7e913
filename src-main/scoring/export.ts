/** Score sheets as CSV: one row per compound and task, each with the models, their full hashes, time and settings. */
import { readModel, readTaskColumns } from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import { readScoredCompounds, type ScoredCompound, type SheetRow } from '../catalog/scores.ts';
import { readTaskSet } from '../catalog/tasks.ts';
import { domainLimits, domainOf } from '../contract/scoring.ts';

const pieceSize = 200;

/** @param taskIds null for every task @returns pieces of text, the header first; compounds that failed have one row */
export function* scoresAsCsv(catalog: Catalog, sheet: SheetRow, taskIds: readonly number[] | null): Iterable<string> {
  const columns = readTaskColumns(catalog, sheet.taskSetId)
    .map((column, index) => ({ ...column, index }))
    .filter(({ taskId }) => taskIds === null || taskIds.includes(taskId));
  const models = provenance(catalog, sheet);
  yield line([
    'row',
    'compound_id',
    'structure',
    'standard_smiles',
    'failure',
    'duplicate_of_row',
    'assay',
    'threshold',
    'threshold_scale',
    'direction',
    'global_probability',
    'own_probability',
    'difference',
    'nearest_similarity',
    'domain',
    ...Object.keys(models),
  ]);
  for (const compounds of pieces(catalog, sheet)) {
    yield compounds
      .flatMap((compound) => {
        const start = [...identity(compound), compound.duplicateOf === null ? '' : compound.duplicateOf + 1];
        if (compound.failure !== null) return [line([...start, ...new Array(9).fill(''), ...Object.values(models)])];
        const similarity = compound.nearestSimilarity ?? 0;
        return columns.map(({ assay, threshold, scale, direction, index }) => {
          const [global, own] = [compound.global?.[index], compound.own?.[index]];
          return line([
            ...start,
            assay,
            threshold,
            scale,
            direction,
            figure(global),
            figure(own),
            global === undefined || own === undefined ? '' : figure(global - own),
            figure(similarity),
            domainOf(similarity),
            ...Object.values(models),
          ]);
        });
      })
      .join('');
  }
}

/** Records that have no standard structure, with the reason. */
export function* failuresAsCsv(catalog: Catalog, sheet: SheetRow): Iterable<string> {
  yield line(['row', 'compound_id', 'structure', 'standard_smiles', 'failure']);
  for (const compounds of pieces(catalog, sheet)) {
    yield compounds
      .filter(({ failure }) => failure !== null)
      .map((compound) => line(identity(compound)))
      .join('');
  }
}

function* pieces(catalog: Catalog, { id }: SheetRow): Iterable<readonly ScoredCompound[]> {
  for (let after = -1; ; ) {
    const compounds = readScoredCompounds(catalog, id, after, pieceSize);
    if (compounds.length === 0) return;
    yield compounds;
    after = compounds.at(-1)!.position;
  }
}

const identity = ({ position, companyId, structureKind, structure, smiles, failure }: ScoredCompound) => [
  position + 1,
  companyId,
  structureKind === 'smiles' ? structure : '(mol block)',
  smiles ?? '',
  failure ?? '',
];

/** What every number depends on. */
function provenance(catalog: Catalog, sheet: SheetRow): Record<string, string> {
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

const figure = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(4));

/**
 * RFC 4180. Names come from files of others: one that a spreadsheet would run as a formula is kept from it by an
 * apostrophe in front (OWASP, CSV injection).
 */
const line = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(value: string | number): string {
  const text = typeof value === 'string' && /^[=+\-@\t]/.test(value) && !isFigure(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const isFigure = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);
