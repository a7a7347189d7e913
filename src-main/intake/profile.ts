/** What the cells of a column have in common: counted over all scanned rows, so that a reason can be given in figures. */
import { seenTexts } from './distinct.ts';
import { meansNothing } from './missing.ts';
import { exactNumbers, type NumberSightings, numberEvidence, numberParser, plainText } from './numbers.ts';
import { shortened } from './raw-row.ts';
import { relationOf } from './relations.ts';
import { smilesShape } from './smiles-shape.ts';
import { unitOf } from './units.ts';
import { looksNumeric, readValueCell } from './value-cell.ts';

export type ColumnProfile = {
  readonly name: string;
  readonly position: number;
  readonly samples: readonly string[];
  /** Cells that hold something. */
  readonly filled: number;
  readonly missing: ReadonlyMap<string, number>;
  /** Undefined when there are more than are counted. */
  readonly distinct: number | undefined;
  /** The most frequent cells with their counts, at most 200; complete when `distinct` is no more. */
  readonly spellings: ReadonlyMap<string, number>;
  readonly clearSmiles: number;
  readonly possibleSmiles: number;
  readonly molBlocks: number;
  readonly relations: number;
  readonly units: number;
  readonly dates: number;
  readonly people: number;
  /** Letters and digits without spaces, not a plain decimal number. */
  readonly codes: number;
  readonly numbers: NumberProfile;
  /** Cells that are no values under this number format, but would be under another one. */
  readonly unread: number;
  /** Of the cells that are numbers by somebody's hand, read or not. */
  readonly written: NumberSightings;
  /** A bit for each of the first rows that holds something, so that columns that take turns can be told from columns that repeat. */
  readonly presence: Uint8Array;
};

/** Rows in `presence`. */
const presenceLimit = 4096;

export type NumberProfile = {
  /** Cells that are values: a number, with or without relation and unit. */
  readonly values: number;
  readonly lowest: number;
  readonly highest: number;
  /** Of up to 1,000 values. */
  readonly median: number;
  readonly negative: number;
  readonly whole: number;
  readonly zeroOrOne: number;
  readonly censored: number;
  readonly withUnit: number;
  /** Whole numbers, each above the one before it and hardly any left out: a row counter. */
  readonly counting: boolean;
};

export type ColumnProfiler = {
  /** @param exact whether the file itself holds the cell as a number */
  readonly add: (cell: string, exact?: boolean) => void;
  readonly result: () => ColumnProfile;
};

const parseExact = numberParser(exactNumbers);

export const distinctLimit = 100_000;
const spellingLimit = 200;

/** After so many cells a test that nearly none has passed is given up. */
const trial = 400;

export function profileColumn(
  name: string,
  position: number,
  parse: (text: string) => number | undefined,
  rowsBefore = 0,
): ColumnProfiler {
  let filled = 0;
  const missing = new Map<string, number>();
  const samples: string[] = [];
  const distinct = seenTexts();
  const spellings = new Map<string, number>();
  const passed = {
    clearSmiles: 0,
    possibleSmiles: 0,
    molBlocks: 0,
    relations: 0,
    units: 0,
    dates: 0,
    people: 0,
    codes: 0,
  };
  const numbers = numberProfiler();
  const written = numberEvidence();
  let unread = 0;
  const presence = new Uint8Array(presenceLimit / 8);
  let row = rowsBefore - 1;
  // Rows of one compound often stand together.
  let before: { readonly cell: string; readonly shape: ReturnType<typeof smilesShape> } | undefined;
  const smiles = test((cell) => {
    const shape = before?.cell === cell ? before.shape : smilesShape(cell);
    if (before?.cell !== cell) before = { cell, shape };
    if (shape === 'clear') passed.clearSmiles += 1;
    if (shape !== 'no') passed.possibleSmiles += 1;
    return shape !== 'no';
  });
  const counted = (key: keyof typeof passed, holds: (cell: string) => boolean) =>
    test((cell) => {
      const yes = holds(cell);
      if (yes) passed[key] += 1;
      return yes;
    });
  const tests = [
    smiles,
    counted('molBlocks', (cell) => cell.includes('M  END')),
    counted('relations', (cell) => relationOf(plainText(cell)) !== undefined),
    counted('units', (cell) => unitOf(cell) !== undefined),
    counted('dates', isDate),
    counted('people', isPerson),
    counted('codes', isCode),
    test((cell, exact) => {
      const value = readValueCell(cell, exact ? parseExact : parse);
      if (value === undefined) {
        if (!looksNumeric(cell)) return false;
        unread += 1;
        written.add(cell);
        return true;
      }
      if (!exact) written.add(cell);
      numbers.add(value.number, (value.relation?.relation ?? '=') !== '=', value.unit !== undefined);
      return true;
    }),
  ];

  return {
    add(cell, exact = false) {
      row += 1;
      if (cell === '' || cell.trim() === '') return;
      if (meansNothing(cell)) {
        missing.set(cell, (missing.get(cell) ?? 0) + 1);
        return;
      }
      filled += 1;
      if (row < presenceLimit) presence[row >> 3]! |= 1 << (row & 7);
      const spelling = kept(cell);
      const times = spellings.get(spelling);
      if (times !== undefined) spellings.set(spelling, times + 1);
      else if (spellings.size < spellingLimit) spellings.set(spelling, 1);
      if (times === undefined || spelling !== cell) {
        const isNew = distinct.size() <= distinctLimit && distinct.add([cell], row + 1) === undefined;
        if (isNew && samples.length < 5) samples.push(spelling);
      }
      for (const one of tests) one(cell, exact);
    },
    result: () => ({
      name,
      position,
      samples,
      filled,
      missing,
      distinct: distinct.size() > distinctLimit ? undefined : distinct.size(),
      spellings,
      ...passed,
      numbers: numbers.result(),
      unread,
      written: written.seen,
      presence,
    }),
  };
}

/** A long cell by its beginning, in memory of its own: a part of it would keep the whole one alive. */
const kept = (cell: string): string => (cell.length <= 2000 ? cell : Buffer.from(shortened(cell, 2000)).toString());

/** A test that costs nothing any more once it has failed on nearly all of its trial. */
function test(holds: (cell: string, exact: boolean) => boolean): (cell: string, exact: boolean) => void {
  let tried = 0;
  let yes = 0;
  return (cell, exact) => {
    if (tried >= trial && yes * 10 < tried) return;
    tried += 1;
    if (holds(cell, exact)) yes += 1;
  };
}

function numberProfiler(): {
  add: (value: number, censored: boolean, withUnit: boolean) => void;
  result: () => NumberProfile;
} {
  const some: number[] = [];
  let values = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  let negative = 0;
  let whole = 0;
  let zeroOrOne = 0;
  let censoredValues = 0;
  let valuesWithUnit = 0;
  let counting = true;
  let previous: number | undefined;
  return {
    add(value, censored, withUnit) {
      values += 1;
      if (some.length < 1000) some.push(value);
      if (value < lowest) lowest = value;
      if (value > highest) highest = value;
      if (value < 0) negative += 1;
      if (Number.isInteger(value)) whole += 1;
      if (value === 0 || value === 1) zeroOrOne += 1;
      if (censored) censoredValues += 1;
      if (withUnit) valuesWithUnit += 1;
      if (previous !== undefined && value <= previous) counting = false;
      previous = value;
    },
    result: () => ({
      values,
      lowest,
      highest,
      median: some.toSorted((a, b) => a - b)[some.length >> 1] ?? Number.NaN,
      negative,
      whole,
      zeroOrOne,
      censored: censoredValues,
      withUnit: valuesWithUnit,
      counting: counting && values > 2 && whole === values && highest - lowest < 2 * values,
    }),
  };
}

const isDate = (cell: string): boolean =>
  /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](19|20)?\d{2}|\d{1,2}[- ][A-Za-zäéû]{3,4}\.?[- ]\d{2,4}|\d{4}年\d{1,2}月\d{1,2}日)([T ]\d{1,2}:\d{2}(:\d{2})?.*)?$/.test(
    cell.trim(),
  );

/** "M. Huber", "Huber, M.", "Mara Lindner", "佐藤 花子" */
const isPerson = (cell: string): boolean =>
  /^(\p{Lu}\.\s?){1,3}\p{Lu}[\p{L}'-]+$|^\p{Lu}[\p{L}'-]+,?\s(\p{Lu}\.?){1,3}$|^\p{Lu}\p{Ll}+\s\p{Lu}\p{Ll}+$|^\p{Script=Han}{1,3}[ \u3000]\p{Script=Han}{1,3}$/u.test(
    cell.trim(),
  );

const isCode = (cell: string): boolean => {
  const text = cell.trim();
  return (
    text.length <= 40 &&
    /\d/.test(text) &&
    /^[\p{L}\d][\p{L}\d._:/#+-]*( [\p{L}\d._-]+)?$/u.test(text) &&
    !/^\d+[.,]\d+$/.test(text)
  );
};
