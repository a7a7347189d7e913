/** Where results without structures may get them from: the columns of the second file that hold them, the key that both sides share, and how many of the keys are found. */
import type { Column, Join, JoinInspection, JoinReason, Mapping } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { fitsOf } from './column-fits.ts';
import type { ColumnProfile } from './profile.ts';
import type { ColumnsProposal } from './proposal.ts';
import type { FoundReading } from './reading.ts';
import { type Scan, scanLimit } from './scan.ts';
import type { StructureSource } from './structure-source.ts';
import { openMapped } from './table.ts';

/** A file or sheet that was scanned. */
export type Scanned = {
  readonly path: string;
  readonly name: string;
  readonly found: FoundReading;
  readonly scan: Scan;
};

/** Columns of each side that are tried as keys, and distinct keys of the results that are looked for. */
const tried = 5;
const keysTried = 20_000;

export const structureColumn = ({ columns }: ColumnsProposal): string | undefined =>
  columns.find(({ target }) => target === 'structure')?.column;

const holdsValues = ({ columns }: ColumnsProposal): boolean =>
  columns.some(({ target }) => target === 'value' || target === 'assay-value');

/** What a second file, or another sheet, may be to the results. */
export async function proposeJoin(
  results: Scanned,
  structures: Scanned,
  kind: 'file' | 'sheet',
  control: Control,
): Promise<JoinInspection> {
  const { name, found, scan } = structures;
  const read = {
    ...{ name, reading: scan.reading, readingReasons: [...scan.reasons] },
    ...{ sheets: found.sheets, members: found.members },
  };
  const shown = { read, columns: scan.columns.map(toColumn), rawRows: [...scan.rawRows] };
  const none = (reason: JoinReason, confidence: JoinInspection['confidence'] = 'low'): JoinInspection => ({
    join: null,
    choices: [],
    confidence,
    reason,
    proposals: [...structures.scan.proposed.columns],
    counts: null,
    ...shown,
  });
  const structure = structureColumn(structures.scan.proposed);
  const own = structureColumn(results.scan.proposed);
  if (structure === undefined) {
    const swapped = own !== undefined && holdsValues(structures.scan.proposed) && !holdsValues(results.scan.proposed);
    return none(swapped ? { key: 'other-way-round', data: { name } } : { key: 'no-structures', data: { name } });
  }
  if (own !== undefined) return none({ key: 'structures-in-results', data: { column: own } }, 'high');
  const best = await bestKey(results, structures, structure, control);
  if (best === undefined) return none({ key: 'no-common-ids', data: { ids: 0 } });
  const share = best.found / Math.max(1, best.ids);
  const join = joinOf(structures, kind, { results: best.results, structures: best.structures }, structure);
  const figures = { found: best.found, ids: best.ids };
  return {
    ...none({
      key: best.found === 0 ? 'no-common-ids' : share < 0.5 ? 'few-ids-on-both-sides' : 'ids-on-both-sides',
      data: figures,
    }),
    join: best.found === 0 ? null : join,
    choices: [join],
    confidence: share >= 0.98 ? 'high' : share >= 0.5 ? 'middle' : 'low',
  };
}

function joinOf(
  { name, found, scan }: Scanned,
  kind: 'file' | 'sheet',
  on: { readonly results: string; readonly structures: string },
  structure: string,
): Join {
  const { proposed } = scan;
  const weight = proposed.columns.find(
    ({ column, alternatives, target }) =>
      column !== structure && (target === 'molecular-weight' || alternatives.includes('molecular-weight')),
  )?.column;
  const columns = proposed.columns.map(({ column }) => ({
    column,
    target:
      column === structure
        ? ('structure' as const)
        : column === on.structures
          ? ('compound-id' as const)
          : column === weight
            ? ('molecular-weight' as const)
            : ('unused' as const),
    unit: null,
    assay: null,
  }));
  const shared = { reading: scan.reading, columns, on, conflicts: 'reject' as const };
  return kind === 'sheet' ? { kind, ...shared } : { kind, name, sha256: found.survey.sha256, ...shared };
}

type Key = { readonly results: string; readonly structures: string; readonly found: number; readonly ids: number };

/** The pair of columns in which most keys of the results are found; of equal ones the likelier ids. */
async function bestKey(
  results: Scanned,
  structures: Scanned,
  structure: string,
  control: Control,
): Promise<Key | undefined> {
  const ownNames = new Set(results.scan.columns.map(({ name }) => name));
  const left = keyColumns(results.scan.columns, (name) => structures.scan.columns.some((one) => one.name === name));
  const right = keyColumns(
    structures.scan.columns.filter(({ name }) => name !== structure),
    (name) => ownNames.has(name),
  );
  const wanted = await distinctKeys(results, left, control);
  const found = await foundKeys(structures, right, wanted, control);
  return found
    .map((pair) => ({ ...pair, rank: left.indexOf(pair.results) + right.indexOf(pair.structures) }))
    .sort((a, b) => b.found / Math.max(1, b.ids) - a.found / Math.max(1, a.ids) || a.rank - b.rank)[0];
}

/** The likeliest ids first: the same name on both sides, then what fits as an id. */
function keyColumns(columns: readonly ColumnProfile[], onOtherSide: (name: string) => boolean): readonly string[] {
  return columns
    .map((column) => {
      const fit = fitsOf(column, { structures: undefined }).find(({ target }) => target === 'compound-id');
      const fractions = column.numbers.values - column.numbers.whole > column.filled / 2;
      const score = (fit?.score ?? 0) + (onOtherSide(column.name) ? 2 : 0);
      return { name: column.name, score: column.filled === 0 || fractions ? 0 : score };
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, tried)
    .map(({ name }) => name);
}

async function distinctKeys(
  { path, scan }: Scanned,
  columns: readonly string[],
  control: Control,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const keys = new Map(columns.map((column) => [column, new Set<string>()]));
  await eachRow(path, scan, scanLimit, control, (cells, positionOf) => {
    for (const [column, seen] of keys) {
      const key = (cells[positionOf(column)] ?? '').trim();
      if (key !== '' && seen.size < keysTried) seen.add(key);
    }
  });
  return keys;
}

async function foundKeys(
  { path, scan }: Scanned,
  columns: readonly string[],
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
  control: Control,
): Promise<readonly Key[]> {
  const pairs = columns.flatMap((structures) =>
    [...wanted].map(([results, keys]) => ({ results, structures, keys, hits: new Set<string>() })),
  );
  await eachRow(path, scan, Number.POSITIVE_INFINITY, control, (cells, positionOf) => {
    for (const { structures, keys, hits } of pairs) {
      const key = (cells[positionOf(structures)] ?? '').trim();
      if (keys.has(key)) hits.add(key);
    }
  });
  return pairs.map(({ results, structures, keys, hits }) => ({
    results,
    structures,
    found: hits.size,
    ids: keys.size,
  }));
}

export async function eachRow(
  path: string,
  { reading, columns }: Scan,
  limit: number,
  control: Control,
  look: (cells: readonly string[], positionOf: (column: string) => number) => void,
): Promise<void> {
  const unused = columns.map(({ name }) => ({ column: name, target: 'unused' as const, unit: null, assay: null }));
  const table = await openMapped(path, { reading, columns: unused });
  const positions = new Map(table.columns.map((name, position) => [name, position]));
  const positionOf = (column: string) => positions.get(column) ?? -1;
  let rows = 0;
  for await (const block of table.rows) {
    stopIfAsked(control);
    for (const { cells, problem } of block) if (problem === undefined) look(cells, positionOf);
    rows += block.length;
    control.report({ step: 'import.inspect', done: rows });
    if (rows >= limit) return;
  }
}

/** Structures that committed batches hold of these ids: offered for results that stand alone. */
export async function offerCatalogue(
  results: Scanned,
  catalogue: StructureSource,
  control: Control,
): Promise<JoinInspection | undefined> {
  const [key] = keyColumns(results.scan.columns, () => false);
  if (key === undefined) return undefined;
  const ids = (await distinctKeys(results, [key], control)).get(key) ?? new Set();
  for (const id of ids) catalogue.find(id);
  const counts = catalogue.report();
  if (counts.found === 0) return undefined;
  const share = counts.found / Math.max(1, counts.keys);
  const join: Join = { kind: 'catalogue', on: { results: key } };
  return {
    join,
    choices: [join],
    confidence: share >= 0.9 ? 'middle' : 'low',
    reason: { key: 'ids-in-the-catalogue', data: { found: counts.found, ids: counts.keys } },
    read: null,
    columns: [],
    proposals: [],
    rawRows: [],
    counts,
  };
}

/** Keys of the scanned rows of the results under a mapping, found or not. */
export async function countJoined(
  path: string,
  mapping: Mapping,
  source: StructureSource,
  control: Control,
): Promise<ReturnType<StructureSource['report']>> {
  const on = mapping.join?.on.results ?? '';
  const table = await openMapped(path, mapping);
  const position = table.columns.indexOf(on);
  const missing = new Set(mapping.missing);
  let rows = 0;
  for await (const block of table.rows) {
    stopIfAsked(control);
    for (const { cells, problem } of block) {
      const key = (cells[position] ?? '').trim();
      if (problem === undefined && key !== '' && !missing.has(key)) source.find(key);
    }
    rows += block.length;
    if (rows >= scanLimit) break;
  }
  return source.report();
}

export const toColumn = ({ name, position, samples, filled, distinct }: ColumnProfile): Column => ({
  name,
  position,
  samples: [...samples],
  filled,
  distinct: distinct ?? null,
});
