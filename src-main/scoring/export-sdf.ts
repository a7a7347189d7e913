/** Score sheets as SDF: a record per compound in the order of the input, its predictions as data fields. */
import type { Catalog } from '../catalog/open.ts';
import { predictedOf, type ScoredCompound, type SheetRow } from '../catalog/scores.ts';
import type { Chemistry } from '../chemistry/pool.ts';
import { domainOf, type SheetTask, type TaskReference } from '../contract/scoring.ts';
import {
  type ExportedTask,
  exportColumns,
  exportedTasks,
  figureOf,
  identityCells,
  provenanceOf,
  scoredPieces,
} from './export-table.ts';

type Field = readonly [name: string, value: string | number];

/** The structure as given; where it is no mol block, with the places of a drawing. What failed keeps its place without one. */
export async function* scoresAsSdf(
  catalog: Catalog,
  sheet: SheetRow,
  tasks: readonly TaskReference[] | null,
  chemistry: Chemistry,
): AsyncIterable<string> {
  const asked = exportedTasks(catalog, sheet, tasks);
  const models: readonly Field[] = Object.entries(provenanceOf(catalog, sheet));
  for (const compounds of scoredPieces(catalog, sheet)) {
    const drawn = await chemistry.molBlocks(
      compounds.map(({ structureKind, structure, smiles }) =>
        structureKind === 'smiles' && smiles !== null ? { kind: 'smiles', text: structure } : nothing,
      ),
    );
    yield compounds
      .map((compound, at) => {
        const block = compound.structureKind === 'molblock' ? blockOf(compound.structure) : drawn[at];
        return record(compound.companyId, block ?? emptyBlock, [...fieldsOf(compound, asked), ...models]);
      })
      .join('');
  }
}

const nothing = { kind: 'smiles', text: '' } as const;
const emptyBlock = '\n  Chorale\n\n  0  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n';

/** Without the data fields that may follow it. */
const blockOf = (text: string): string | undefined => /^.*?\n.*?\n.*?\n.*?^M {2}END/ms.exec(text)?.[0];

function fieldsOf(compound: ScoredCompound, tasks: readonly ExportedTask[]): readonly Field[] {
  const identity = identityCells(compound).map((value, at): Field => [exportColumns[at]!, value]);
  if (compound.failure !== null) return identity;
  const similarity = compound.nearestSimilarity ?? 0;
  return [
    ...identity,
    ['nearest_similarity', Number(similarity.toFixed(4))],
    ['domain', domainOf(similarity)],
    ...tasks.flatMap(({ task, column, intervals }) =>
      (['global', 'own'] as const).flatMap((model): readonly Field[] => {
        const value = predictedOf(compound[model], column);
        if (value === null) return [];
        const name = `${nameOf(task)} ${model}`;
        if (task.kind === 'class') return [[`${name} probability`, figureOf(task, value)]];
        const interval = intervals[model];
        return [
          [`${name} value`, figureOf(task, value)],
          ...(interval === null ? [] : [[`${name} value interval 90`, figureOf(task, interval)] as const]),
        ];
      }),
    ),
  ];
}

/** As `A-1 high 6.5`, or `A-1 -log10(mol/L)` for values. */
const nameOf = (task: SheetTask): string =>
  task.kind === 'class'
    ? `${task.assay} ${task.direction} ${task.threshold}`
    : `${task.assay} ${task.unit ?? task.scale}`;

const record = (title: string, block: string, fields: readonly Field[]): string => {
  const [, ...lines] = block.split(/\r\n|\n|\r/);
  const structure = [oneLine(title).slice(0, 80), ...lines].join('\n').trimEnd();
  const data = fields
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `> <${fieldName(name)}>\n${oneLine(value)}\n\n`);
  return `${structure}\n${data.join('')}$$$$\n`;
};

/** A field ends at an empty line, and its name at a bracket (CTfile formats, 2020, chapter 13). */
const oneLine = (value: string | number): string => String(value).replaceAll(/[\p{Cc}]+/gu, ' ');
const fieldName = (name: string): string => oneLine(name).replaceAll(/[<>]/g, '_');
