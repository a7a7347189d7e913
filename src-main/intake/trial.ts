/** A mapping tried on the scanned rows: which unit spellings stand in which assays, over which range, and where values would land. */
import { type Conversion, type Mapping, type Scale, type Unit, usualPRange } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { meansNothing } from './missing.ts';
import { numberParser, plainText } from './numbers.ts';
import { relationOf } from './relations.ts';
import { scanLimit } from './scan.ts';
import { openMapped } from './table.ts';
import { scaleOf, toScale, unitOf } from './units.ts';
import { readValueCell } from './value-cell.ts';

export type SpellingTrial = {
  /** With something in a value column. */
  rows: number;
  readonly assays: Set<string>;
  lowest: number;
  highest: number;
};

export type AssayTrial = {
  rows: number;
  readonly scales: Map<Scale, number>;
  readonly units: Map<Unit, number>;
  /** Words of the type column, and the value columns the assay has values in. */
  readonly types: Map<string, number>;
  readonly columns: Map<string, number>;
};

export type Trial = {
  readonly spellings: ReadonlyMap<string, SpellingTrial>;
  readonly assays: ReadonlyMap<string, AssayTrial>;
  readonly conversions: readonly Conversion[];
};

const assayLimit = 20_000;

export async function tryMapping(path: string, mapping: Mapping, control: Control): Promise<Trial> {
  const { columns: mapped, reading } = mapping;
  const table = await openMapped(path, mapping);
  const parse = numberParser(reading);
  const positionOf = (wanted: string) =>
    table.columns.indexOf(mapped.find(({ target }) => target === wanted)?.column ?? '\u0000');
  const at = {
    assay: positionOf('assay'),
    unit: positionOf('unit'),
    relation: positionOf('relation'),
    type: positionOf('assay-type'),
  };
  const values = mapped
    .filter(({ target }) => target === 'value' || target === 'assay-value')
    .map((one) => ({
      ...one,
      assay: one.target === 'assay-value' ? (one.assay ?? one.column) : null,
      position: table.columns.indexOf(one.column),
    }));
  const chosen = new Map(mapping.units.map(({ spelling, unit }) => [spelling, unit]));
  const spellings = new Map<string, SpellingTrial>();
  const assays = new Map<string, AssayTrial>();
  const conversions = new Map<Unit, Conversion>();
  let rows = 0;

  for await (const block of table.rows) {
    stopIfAsked(control);
    for (const { line, cells, problem } of block) {
      if (problem !== undefined) continue;
      const spelling = (cells[at.unit] ?? '').trim();
      if (at.unit >= 0 && spelling === table.columns[at.unit]) continue; // the header once more
      for (const { position, unit: ofColumn, assay: ofWide, column } of values) {
        const cell = cells[position] ?? '';
        if (cell === '' || meansNothing(cell)) continue;
        const value = readValueCell(cell, parse);
        const code = ofWide ?? (at.assay < 0 ? (mapping.constants.assay ?? '') : (cells[at.assay] ?? '').trim());
        if (at.unit >= 0) noteSpelling(spellings, spelling, code, value?.number);
        const unit =
          value?.unit ??
          ofColumn ??
          chosen.get(spelling) ??
          unitOf(spelling)?.unit ??
          mapping.constants.unit ??
          undefined;
        if (value === undefined || unit === undefined) continue;
        if (code !== '') noteAssay(assays, code, unit, (cells[at.type] ?? '').trim(), column);
        const relation = value.relation ?? relationOf(plainText(cells[at.relation] ?? ''));
        noteConversion(conversions, unit, line, cell, value.number, relation?.relation ?? '=');
      }
    }
    rows += block.length;
    control.report({ step: 'import.inspect', done: rows });
    if (rows >= scanLimit) break;
  }
  return { spellings, assays, conversions: [...conversions.values()].sort((a, b) => b.values - a.values) };
}

function noteSpelling(
  spellings: Map<string, SpellingTrial>,
  spelling: string,
  assay: string,
  value: number | undefined,
): void {
  let seen = spellings.get(spelling);
  if (seen === undefined) {
    seen = { rows: 0, assays: new Set(), lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY };
    spellings.set(spelling, seen);
  }
  seen.rows += 1;
  if (seen.assays.size < assayLimit) seen.assays.add(assay);
  if (value !== undefined && value < seen.lowest) seen.lowest = value;
  if (value !== undefined && value > seen.highest) seen.highest = value;
}

function noteAssay(assays: Map<string, AssayTrial>, code: string, unit: Unit, type: string, column: string): void {
  let seen = assays.get(code);
  if (seen === undefined) {
    if (assays.size >= assayLimit) return;
    seen = { rows: 0, scales: new Map(), units: new Map(), types: new Map(), columns: new Map() };
    assays.set(code, seen);
  }
  seen.rows += 1;
  increment(seen.scales, scaleOf(unit));
  increment(seen.units, unit);
  increment(seen.columns, column);
  if (type !== '') increment(seen.types, type);
}

const increment = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/** Three examples of each unit; the third gives way to a value out of the usual range, since that is the one to look at. */
function noteConversion(
  conversions: Map<Unit, Conversion>,
  unit: Unit,
  line: number,
  given: string,
  number: number,
  relation: '=' | '<' | '>',
): void {
  const scale = scaleOf(unit);
  const stored = toScale(number, relation, unit);
  if (stored === undefined) return;
  let seen = conversions.get(unit);
  if (seen === undefined) {
    seen = { unit, scale, values: 0, examples: [], below: 0, above: 0 };
    conversions.set(unit, seen);
  }
  const range = scale !== 'p' ? 'in' : rangeOf(stored.value);
  seen.values += 1;
  if (range === 'below') seen.below += 1;
  if (range === 'above') seen.above += 1;
  const example = { line, given, relation: stored.relation, stored: stored.value, range } as const;
  if (seen.examples.length < 3 && !seen.examples.some((one) => one.given === given)) seen.examples.push(example);
  else if (range !== 'in' && seen.examples[2]?.range === 'in') seen.examples[2] = example;
}

export const rangeOf = (p: number): 'in' | 'below' | 'above' =>
  p > usualPRange.high ? 'above' : p < usualPRange.low ? 'below' : 'in';

export const mostFrequent = <Key>(counts: ReadonlyMap<Key, number>): Key | undefined =>
  [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
