/** How well a column fits each target: by its header and by its cells, never by one of them alone unless that one is plain. */

import type { ColumnReason, Confidence, Target } from '../contract/intake.ts';
import { assayTypeOf } from './assay-words.ts';
import { holdsCategories, spellingsOfCategories } from './categories.ts';
import { type HeaderReading, type HeaderTopic, type HeaderVote, readHeader } from './header-words.ts';
import { plainText } from './numbers.ts';
import type { ColumnProfile } from './profile.ts';
import { relationOf } from './relations.ts';
import { molBlockColumn, titleColumn } from './sdf.ts';
import { unitOf, unitOfHeader } from './units.ts';

export type Fit = {
  readonly target: Exclude<Target, 'unused' | 'assay-value'>;
  /** For choosing between columns; higher is better. */
  readonly score: number;
  readonly confidence: Confidence;
  readonly reason: ColumnReason;
};

/** What the other columns tell about this one. */
export type Surroundings = {
  /** Distinct structures in the file, where they are counted. */
  readonly structures: number | undefined;
};

/** Fits of a column, best first; empty where it can be nothing but unused. */
export function fitsOf(column: ColumnProfile, around: Surroundings): readonly Fit[] {
  const header = readHeader(column.name);
  return [
    structureFit(column, header),
    relationFit(column, header),
    unitFit(column, header),
    assayTypeFit(column, header),
    compoundIdFit(column, header, around),
    assayFit(column, header),
    valueFit(column, header) ?? categoryFit(column, header),
    weightFit(column, header),
  ]
    .filter((fit) => fit !== undefined)
    .sort((a, b) => b.score - a.score);
}

/** Why a column stays unused whatever else it might be; undefined where it may have a target. */
export function unusedReason(column: ColumnProfile): ColumnReason | undefined {
  const header = readHeader(column.name);
  const says = (topic: HeaderTopic): HeaderVote => header.get(topic) ?? 0;
  if (column.filled === 0 && !['relation', 'unit'].some((topic) => says(topic as HeaderTopic) === 2)) {
    return { key: 'empty', data: {} };
  }
  const people = share(column, column.people);
  if ((says('people') === 2 && people > 0.2) || (says('people') > 0 && people > 0.5) || people > 0.9) {
    return { key: 'people', data: { header: column.name } };
  }
  if (share(column, column.dates) > 0.8) return { key: 'dates', data: { header: column.name } };
  if (column.numbers.counting && share(column, column.numbers.values) > 0.98) {
    if (says('value') < 2 && says('compound-id') === 0) return { key: 'row-numbers', data: {} };
  }
  return undefined;
}

/** Why a column that no target took stays unused. */
export function leftoverReason(column: ColumnProfile): ColumnReason {
  const header = readHeader(column.name);
  const says = (topic: HeaderTopic) => (header.get(topic) ?? 0) > 0;
  if (says('people')) return { key: 'people', data: { header: column.name } };
  if (says('dates')) return { key: 'dates', data: { header: column.name } };
  if (says('comments')) return { key: 'comments', data: { header: column.name } };
  if (says('derived')) return { key: 'derived', data: { header: column.name } };
  return { key: 'no-target', data: { distinct: column.distinct ?? column.filled, filled: column.filled } };
}

const share = ({ filled }: ColumnProfile, cells: number): number => (filled === 0 ? 0 : cells / filled);

function structureFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  if (column.name === molBlockColumn || (column.molBlocks > 0 && column.molBlocks === column.filled)) {
    return {
      target: 'structure',
      score: 6,
      confidence: 'high',
      reason: { key: 'mol-blocks', data: { records: column.filled } },
    };
  }
  const said = header.get('structure') ?? 0;
  const readable = share(column, column.possibleSmiles);
  const clear = share(column, column.clearSmiles);
  const plain = readable >= 0.9 && clear >= 0.5;
  // Short ones without a bond, such as CCO, are structures where the header says so.
  const named = said === 2 && ((readable >= 0.3 && clear >= 0.2) || readable >= 0.9);
  if (!plain && !named) return undefined;
  return {
    target: 'structure',
    score: (plain ? 4 : 1) + said,
    confidence: plain ? 'high' : 'middle',
    reason: { key: 'smiles', data: { readable: column.possibleSmiles, filled: column.filled } },
  };
}

function compoundIdFit(column: ColumnProfile, header: HeaderReading, { structures }: Surroundings): Fit | undefined {
  if (share(column, column.clearSmiles) > 0.5 || column.molBlocks > 0 || column.filled === 0) return undefined;
  const said = header.get('compound-id') ?? 0;
  if (said === 0 && (header.size > 0 || column.numbers.values - column.numbers.whole > column.filled / 2))
    return undefined;
  const distinct = column.distinct ?? column.filled;
  const matches =
    structures === undefined ? distinct > column.filled / 2 : within(distinct / Math.max(1, structures), 0.7, 1.4);
  const codes = share(column, column.codes) >= 0.9;
  const data = { distinct, filled: column.filled };
  if (said === 2) {
    return {
      target: 'compound-id',
      score: 3 + (matches ? 2 : 0) + (codes ? 0.5 : 0),
      confidence: distinct > 1 ? 'high' : 'low',
      reason: { key: 'ids', data: { ...data, header: column.name } },
    };
  }
  // Batches or salts of one compound may each have an id of their own; one id for several compounds is no id.
  const enough = matches || distinct >= (structures ?? Number.POSITIVE_INFINITY);
  const confidence: Confidence =
    said === 1 && enough ? (matches && codes ? 'high' : 'middle') : matches && codes ? 'middle' : 'low';
  return {
    target: 'compound-id',
    score: said + (matches ? 2 : 0) + (codes ? 0.5 : 0),
    confidence,
    reason:
      column.name === titleColumn
        ? { key: 'record-title', data }
        : said === 1
          ? { key: 'ids', data: { ...data, header: column.name } }
          : { key: 'ids-by-values', data },
  };
}

function assayFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  const said = header.get('assay') ?? 0;
  const distinct = column.distinct ?? column.filled;
  const repeats = distinct * 2 <= column.filled;
  const isText = column.numbers.values - column.numbers.whole < column.filled / 2;
  if (column.filled === 0 || !isText || share(column, column.clearSmiles) > 0.5) return undefined;
  const codes = share(column, column.codes) >= 0.9;
  const data = { distinct, filled: column.filled };
  if (said > 0) {
    return {
      target: 'assay',
      score: said * 2 + (repeats ? 1 : 0) + (codes ? 0.5 : 0),
      confidence: said === 2 ? (repeats || distinct < 50 ? 'high' : 'middle') : repeats ? 'middle' : 'low',
      reason: { key: 'assay-codes', data: { ...data, header: column.name } },
    };
  }
  if (header.size > 0 || !repeats || !codes) return undefined;
  return { target: 'assay', score: 1, confidence: 'low', reason: { key: 'assay-codes-by-values', data } };
}

function relationFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  const said = header.get('relation') ?? 0;
  const known = share(column, column.relations);
  const all = column.filled > 0 && known >= 0.98;
  if (!all && said < 2) return undefined;
  const spellings = [...column.spellings.keys()];
  const censored = [...column.spellings].reduce(
    (sum, [spelling, times]) => sum + ((relationOf(plainText(spelling))?.relation ?? '=') === '=' ? 0 : times),
    0,
  );
  return {
    target: 'relation',
    score: (all ? 4 : 2) + said,
    // Under a header that is plain, one odd cell must not cost all the others their relation.
    confidence:
      (all && said > 0) || known >= 0.9 ? 'high' : known >= 0.5 || column.filled === 0 || all ? 'middle' : 'low',
    reason: { key: 'relations', data: { spellings: spellings.slice(0, 6).join(' '), censored } },
  };
}

function unitFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  const said = header.get('unit') ?? 0;
  const known = share(column, column.units);
  const spellings = [...column.spellings.keys()];
  if (column.filled === 0 || spellings.length > 100) return undefined;
  // A molecule may be called "M" as well.
  if (column.name === titleColumn || column.name === molBlockColumn) return undefined;
  // An assay may be called "M" or "h".
  if (said === 0 && header.size > 0) return undefined;
  if (said < 2 && (known < 0.9 || spellings.length > 20)) return undefined;
  const open = spellings.filter((spelling) => unitOf(spelling)?.doubtful !== false);
  return {
    target: 'unit',
    score: 2 * said + (known > 0.5 ? 2 : 0),
    confidence: said === 2 && known > 0.5 && open.length === 0 ? 'high' : said === 2 || known === 1 ? 'middle' : 'low',
    reason:
      open.length === 0
        ? { key: 'units', data: { known: spellings.length, spellings: spellings.length } }
        : { key: 'unit-open', data: { open: open.length, spellings: spellings.length, first: open[0] ?? '' } },
  };
}

function assayTypeFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  const said = header.get('assay-type') ?? 0;
  const spellings = [...column.spellings.keys()];
  if (said === 0 || spellings.length === 0 || spellings.length > 20) return undefined;
  const known = spellings.filter((spelling) => assayTypeOf(spelling) !== undefined).length;
  if (known < spellings.length && (said < 2 || known * 2 < spellings.length)) return undefined;
  return {
    target: 'assay-type',
    score: 3 + said,
    confidence: said === 2 && known === spellings.length ? 'high' : 'middle',
    reason: { key: 'assay-types', data: { spellings: spellings.slice(0, 6).join(', ') } },
  };
}

function valueFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  const numeric = share(column, column.numbers.values + column.unread);
  const said = Math.max(header.get('value') ?? 0, unitOfHeader(column.name) === undefined ? 0 : 2) as HeaderVote;
  if (column.filled === 0 || numeric < 0.5 || column.numbers.zeroOrOne === column.filled) return undefined;
  if (said === 0 && (header.size > 0 || numeric < 0.9)) return undefined;
  return {
    target: 'value',
    score: said * 2 + (numeric >= 0.9 ? 1 : 0),
    confidence: said === 2 && numeric >= 0.9 ? 'high' : said > 0 ? 'middle' : 'low',
    reason: { key: 'numbers', data: { numbers: column.numbers.values, filled: column.filled, header: column.name } },
  };
}

/** Words or 0 and 1 that mean active and inactive: the values of a binary assay. */
function categoryFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  if (!holdsCategories(column)) return undefined;
  const said = header.get('value') ?? 0;
  const zeroOne = column.numbers.zeroOrOne === column.filled;
  const others = [...header.keys()].some((topic) => topic !== 'value' && topic !== 'derived');
  return {
    target: 'value',
    score: 1 + said,
    confidence: others ? 'low' : zeroOne || column.distinct === 1 ? 'middle' : 'high',
    reason: { key: 'categories', data: { spellings: spellingsOfCategories(column).size, filled: column.filled } },
  };
}

/** Molecules of interest weigh between hydrogen cyanide and a small protein. */
function weightFit(column: ColumnProfile, header: HeaderReading): Fit | undefined {
  const said = header.get('molecular-weight') ?? 0;
  const { values, lowest, highest, median } = column.numbers;
  if (said === 0 || share(column, values) < 0.9 || lowest < 20 || highest > 20_000 || median < 80) return undefined;
  return {
    target: 'molecular-weight',
    score: 2 * said,
    confidence: said === 2 ? 'high' : 'low',
    reason: { key: 'molecular-weights', data: { lowest, highest, filled: column.filled } },
  };
}

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;
