/** A mapping tried on the scanned rows: which unit spellings stand in which assays, over which range, and where values would land. */
import { type Conversion, type Mapping, type Scale, type Unit, usualPRange } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { meansNothing } from './missing.ts';
import { exactNumbers, numberParser, plainText } from './numbers.ts';
import { relationOf } from './relations.ts';
import { scanLimit } from './scan.ts';
import { openMapped } from './table.ts';
import { isMassPerVolume, scaleOf, toScale, unitOf, unitOfHeader } from './units.ts';
import { readValueCell } from './value-cell.ts';

export type SpellingTrial = {
  /** With something in a value column. */
  rows: number;
  readonly assays: Set<string>;
  lowest: number;
  highest: number;
};

/** Values of one assay under one spelling of their unit. */
export type GroupTrial = {
  readonly unit: Unit;
  /** Empty where the unit is the column's or the constant. */
  readonly spelling: string;
  values: number;
  /** What their columns say of themselves where the unit column says something else, and nobody has been asked yet. */
  readonly contradicted: Map<string, Unit>;
  /** As they are written, the first ones. */
  readonly some: number[];
};

export type AssayTrial = {
  rows: number;
  /** Words instead of numbers. */
  labels: number;
  /** Zero or less, which have no logarithm. */
  notPositive: number;
  readonly scales: Map<Scale, number>;
  readonly units: Map<Unit, number>;
  /** Words of the type column, and the value columns the assay has values in. */
  readonly types: Map<string, number>;
  readonly columns: Map<string, number>;
  readonly groups: Map<string, GroupTrial>;
};

export type Trial = {
  readonly spellings: ReadonlyMap<string, SpellingTrial>;
  readonly relations: ReadonlyMap<string, number>;
  readonly types: ReadonlyMap<string, number>;
  /** By column, words of the mapping's categories and what is no number beside them. */
  readonly words: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly assays: ReadonlyMap<string, AssayTrial>;
  /** Values of each unit to convert as examples. */
  readonly examples: ReadonlyMap<Unit, readonly GivenValue[]>;
  /** All values of each unit, and those outside the usual range of -log10(mol/L). */
  readonly values: ReadonlyMap<Unit, { readonly values: number; readonly below: number; readonly above: number }>;
};

export type GivenValue = {
  readonly line: number;
  readonly given: string;
  readonly number: number;
  readonly relation: '=' | '<' | '>';
  readonly assay: string;
  /** Untouched cell of the structure column; empty where the structures are joined. */
  readonly structure: string;
  readonly weight: number | undefined;
};

const assayLimit = 20_000;
const spellingLimit = 1000;
const valuesKept = 200;
/** Examples of a unit to choose the shown ones from. */
const examplesKept = 40;

export async function tryMapping(path: string, mapping: Mapping, control: Control): Promise<Trial> {
  const { columns: mapped, reading } = mapping;
  const table = await openMapped(path, mapping);
  const parseText = numberParser(reading);
  const parseExact = numberParser(exactNumbers);
  const positionOf = (wanted: string) =>
    table.columns.indexOf(mapped.find(({ target }) => target === wanted)?.column ?? '\u0000');
  const at = {
    assay: positionOf('assay'),
    unit: positionOf('unit'),
    relation: positionOf('relation'),
    type: positionOf('assay-type'),
    structure: positionOf('structure'),
    weight: positionOf('molecular-weight'),
  };
  const categories = new Map(
    [...Map.groupBy(mapping.categories, ({ column }) => column)].map(
      ([column, known]) => [column, new Set(known.map(({ spelling }) => spelling))] as const,
    ),
  );
  const values = mapped
    .filter(({ target }) => target === 'value' || target === 'assay-value')
    .map((one) => ({
      ...one,
      assay: one.target === 'assay-value' ? (one.assay ?? one.column) : null,
      position: table.columns.indexOf(one.column),
      said: one.unit ?? plainUnit(one.column),
      categories: categories.get(one.column),
    }));
  const missing = new Set(mapping.missing);
  const chosen = new Map(
    mapping.units.filter(({ assay }) => assay === undefined).map(({ spelling, unit }) => [spelling, unit]),
  );
  const corrected = new Map(
    mapping.units.flatMap(({ assay, spelling, unit }) =>
      assay === undefined || unit === null ? [] : [[`${assay}\n${spelling}`, unit] as const],
    ),
  );
  const spellings = new Map<string, SpellingTrial>();
  const relations = new Map<string, number>();
  const types = new Map<string, number>();
  const words = new Map<string, Map<string, number>>();
  const assays = new Map<string, AssayTrial>();
  const examples = new Map<Unit, GivenValue[]>();
  const counts = new Map<Unit, { values: number; below: number; above: number }>();
  let rows = 0;

  for await (const block of table.rows) {
    stopIfAsked(control);
    for (const { line, cells, problem, exact } of block) {
      if (problem !== undefined) continue;
      const spelling = (cells[at.unit] ?? '').trim();
      if (at.unit >= 0 && spelling === table.columns[at.unit]) continue; // the header once more
      const type = (cells[at.type] ?? '').trim();
      const written = (cells[at.relation] ?? '').trim();
      let counted = false;
      for (const { position, unit: ofColumn, said, assay: ofWide, column, categories: known } of values) {
        const cell = cells[position] ?? '';
        const word = cell.trim();
        const isWord = known?.has(word) === true;
        if (word === '' || (!isWord && (missing.has(word) || meansNothing(cell)))) continue;
        if (!counted) {
          counted = true;
          if (written !== '') increment(relations, written);
          if (type !== '') increment(types, type);
        }
        const code = ofWide ?? (at.assay < 0 ? (mapping.constants.assay ?? '') : (cells[at.assay] ?? '').trim());
        const value = isWord ? undefined : readValueCell(cell, exact?.has(position) === true ? parseExact : parseText);
        if (known !== undefined && value === undefined) {
          const seen = words.get(column) ?? new Map<string, number>();
          increment(seen, word);
          words.set(column, seen);
        }
        if (isWord) {
          if (code !== '') noteLabel(assayOf(assays, code), type, column);
          continue;
        }
        if (at.unit >= 0) noteSpelling(spellings, spelling, code, value?.number);
        const own = value?.unit === undefined ? spelling : value.writtenUnit;
        const byPerson = corrected.get(`${code}\n${own}`);
        const unit =
          byPerson ??
          value?.unit ??
          chosen.get(spelling) ??
          unitOf(spelling)?.unit ??
          ofColumn ??
          mapping.constants.unit ??
          undefined;
        if (value === undefined || unit === undefined) continue;
        const inColumn = value.relation ?? relationOf(plainText(written));
        if (code !== '') {
          const group = noteValue(assayOf(assays, code), value.number, unit, own, type, column);
          const fromColumn = byPerson === undefined && value.unit === undefined && spelling !== '';
          if (fromColumn && said !== undefined && differ(said, unit)) group.contradicted.set(column, said);
        }
        const range = rangeAsP(value.number, unit);
        const count = counts.get(unit) ?? { values: 0, below: 0, above: 0 };
        count.values += 1;
        if (range !== 'in') count[range] += 1;
        counts.set(unit, count);
        const kept = examples.get(unit) ?? [];
        if (kept.length < examplesKept || (range !== 'in' && kept.length < 2 * examplesKept)) {
          const parse = exact?.has(at.weight) === true ? parseExact : parseText;
          const weight = at.weight < 0 ? undefined : parse(plainText(cells[at.weight] ?? ''));
          const relation = inColumn?.relation ?? mapping.constants.relation ?? '=';
          const structure = cells[at.structure] ?? '';
          kept.push({ line, given: cell, number: value.number, relation, assay: code, structure, weight });
          examples.set(unit, kept);
        }
      }
    }
    rows += block.length;
    control.report({ step: 'import.inspect', done: rows });
    if (rows >= scanLimit) break;
  }
  return { spellings, relations, types, words, assays, examples, values: counts };
}

/** Of a unit that has one without a weight. */
const rangeAsP = (number: number, unit: Unit): 'in' | 'below' | 'above' => {
  const stored = scaleOf(unit) === 'p' ? toScale(number, '=', unit) : undefined;
  return stored === undefined ? 'in' : rangeOf(stored.value);
};

function noteSpelling(
  spellings: Map<string, SpellingTrial>,
  spelling: string,
  assay: string,
  value: number | undefined,
): void {
  let seen = spellings.get(spelling);
  if (seen === undefined) {
    if (spellings.size >= spellingLimit) return;
    seen = { rows: 0, assays: new Set(), lowest: Number.POSITIVE_INFINITY, highest: Number.NEGATIVE_INFINITY };
    spellings.set(spelling, seen);
  }
  seen.rows += 1;
  if (seen.assays.size < assayLimit) seen.assays.add(assay);
  if (value !== undefined && value < seen.lowest) seen.lowest = value;
  if (value !== undefined && value > seen.highest) seen.highest = value;
}

/** Beyond the limit values are counted for an assay that nobody looks at. */
function assayOf(assays: Map<string, AssayTrial>, code: string): AssayTrial {
  const seen = assays.get(code);
  if (seen !== undefined) return seen;
  const fresh: AssayTrial = {
    rows: 0,
    labels: 0,
    notPositive: 0,
    scales: new Map(),
    units: new Map(),
    types: new Map(),
    columns: new Map(),
    groups: new Map(),
  };
  if (assays.size < assayLimit) assays.set(code, fresh);
  return fresh;
}

function noteLabel(seen: AssayTrial, type: string, column: string): void {
  seen.rows += 1;
  seen.labels += 1;
  increment(seen.scales, 'binary');
  increment(seen.columns, column);
  if (type !== '') increment(seen.types, type);
}

/** Of a header that leaves no doubt. */
function plainUnit(header: string): Unit | undefined {
  const read = unitOfHeader(header);
  return read === undefined || read.doubtful ? undefined : read.unit;
}

/** A log10 of something unnamed may be that of the unit column. */
const differ = (said: Unit, unit: Unit): boolean =>
  said !== unit && !(said === 'log10' && unit.startsWith('log10')) && !(unit === 'log10' && said.startsWith('log10'));

function noteValue(
  seen: AssayTrial,
  value: number,
  unit: Unit,
  spelling: string,
  type: string,
  column: string,
): GroupTrial {
  seen.rows += 1;
  if (value <= 0) seen.notPositive += 1;
  increment(seen.scales, scaleOf(unit));
  increment(seen.units, unit);
  increment(seen.columns, column);
  if (type !== '') increment(seen.types, type);
  const key = `${unit} ${spelling}`;
  const group: GroupTrial = seen.groups.get(key) ?? { unit, spelling, values: 0, contradicted: new Map(), some: [] };
  group.values += 1;
  if (group.some.length < valuesKept) group.some.push(value);
  seen.groups.set(key, group);
  return group;
}

const increment = <Key>(counts: Map<Key, number>, key: Key): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1);
};

/**
 * Three examples of each unit; the third gives way to a value out of the usual range, since that is the one to look at.
 * @param scaleFor of a unit in an assay @param weightOf g/mol, where it is known
 */
export function conversionsOf(
  trial: Trial,
  scaleFor: (assay: string, unit: Unit) => Scale,
  weightOf: (given: GivenValue) => number | undefined,
): Conversion[] {
  return [...trial.examples]
    .map(([unit, given]): Conversion => {
      const scale = mostFrequent(tally(given.map(({ assay }) => scaleFor(assay, unit)))) ?? scaleOf(unit);
      const counts = trial.values.get(unit) ?? { values: 0, below: 0, above: 0 };
      const conversion: Conversion = { unit, scale, examples: [], ...counts };
      for (const one of given) {
        const weight = isMassPerVolume(unit) && scale === 'p' ? weightOf(one) : undefined;
        const stored = toScale(one.number, one.relation, unit, scale, weight);
        if (stored === undefined) continue;
        const range = scale === 'p' ? rangeOf(stored.value) : 'in';
        const { line, given: cell } = one;
        const example = { line, given: cell, relation: stored.relation, stored: stored.value, range } as const;
        const shown = weight === undefined ? example : { ...example, weight };
        const { examples } = conversion;
        if (examples.length < 3 && !examples.some(({ given: known }) => known === cell)) examples.push(shown);
        else if (range !== 'in' && examples[2]?.range === 'in') examples[2] = shown;
      }
      return conversion;
    })
    .sort((a, b) => b.values - a.values);
}

const tally = <Key>(keys: readonly Key[]): ReadonlyMap<Key, number> => {
  const counts = new Map<Key, number>();
  for (const key of keys) increment(counts, key);
  return counts;
};

export const rangeOf = (p: number): 'in' | 'below' | 'above' =>
  p > usualPRange.high ? 'above' : p < usualPRange.low ? 'below' : 'in';

export const mostFrequent = <Key>(counts: ReadonlyMap<Key, number>): Key | undefined =>
  [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
