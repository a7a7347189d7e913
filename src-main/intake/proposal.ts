/** Which column is what: the best column for each target, the layout that follows, and a reason for every column. */
import type {
  ColumnMapping,
  ColumnProposal,
  ColumnReason,
  Confidence,
  Mapping,
  Reading,
  Target,
  Unit,
} from '../contract/intake.ts';
import { holdsCategories, spellingsOfCategories } from './categories.ts';
import { type Fit, fitsOf, leftoverReason, unusedReason } from './column-fits.ts';
import { readHeader } from './header-words.ts';
import type { ColumnProfile } from './profile.ts';
import { guessUnit, guessUnitAmong } from './unit-guess.ts';
import { isMassPerVolume, unitOf, unitOfHeader, units } from './units.ts';

export type ColumnsProposal = {
  readonly layout: Mapping['layout'];
  readonly layoutConfidence: Confidence;
  readonly columns: readonly ColumnProposal[];
};

/** Of an identity a wrong guess would go unnoticed, so a low confidence leaves it to the person. */
const preselected = (fit: Fit): boolean => fit.confidence !== 'low';

export function proposeColumns(profiles: readonly ColumnProfile[], reading: Reading): ColumnsProposal {
  const barred = new Map(profiles.map((column) => [column, unusedReason(column)]));
  const free = profiles.filter((column) => barred.get(column) === undefined);
  const structure = best(free, 'structure', { structures: undefined });
  const around = { structures: structure?.column.distinct };
  const taken = new Map<ColumnProfile, Fit>();
  const take = (target: Fit['target']) => {
    const found = best(
      free.filter((column) => !taken.has(column)),
      target,
      around,
    );
    if (found !== undefined && preselected(found.fit)) taken.set(found.column, found.fit);
  };
  for (const target of ['structure', 'relation', 'unit', 'assay-type', 'compound-id'] as const) take(target);

  const rest = () => free.filter((column) => !taken.has(column));
  const numeric = numericFields(rest(), around);
  // Flags beside numbers describe the rows; alone they are what was measured.
  const fields = numeric.length > 0 ? numeric : categoryFields(rest());
  const assay = best(rest(), 'assay', around);
  const unitColumn = [...taken].find(([, fit]) => fit.target === 'unit')?.[0];
  const layout = unitColumn === undefined ? chooseLayout(reading, fields, assay?.fit) : 'long';
  if (layout === 'long') take('assay');
  const values =
    layout === 'wide' || numeric.length === 0
      ? fields.filter((column) => !taken.has(column))
      : takingTurns(rest(), around);
  if (weighsNeeded(values, unitColumn)) take('molecular-weight');

  const targets = new Set([...taken.values()].map(({ target }) => target));
  const nothingMeasured =
    values.length === 0 && targets.has('structure') && ofMeasuring.every((one) => !targets.has(one));
  return {
    layout: nothingMeasured ? 'structures' : layout,
    layoutConfidence:
      reading.format === 'sdf' || assay?.fit.confidence === 'high' || fields.length > 5 ? 'high' : 'middle',
    columns: profiles.map((column) => {
      const fit = taken.get(column);
      const alternatives = alternativesOf(
        column,
        around,
        fit?.target ?? (values.includes(column) ? 'value' : undefined),
      );
      if (fit !== undefined) return proposal(column, fit.target, fit.confidence, fit.reason, alternatives);
      if (values.includes(column)) return valueProposal(column, layout, values, unitColumn, alternatives);
      const second = secondChoice(column, taken, values, around);
      return proposal(column, 'unused', null, barred.get(column) ?? second ?? leftoverReason(column), alternatives);
    }),
  };
}

/** Beside one of them values are missing, not unwanted. */
const ofMeasuring = ['assay', 'assay-type', 'relation', 'unit'] as const;

const categoryFields = (columns: readonly ColumnProfile[]): ColumnProfile[] => {
  const all = columns.filter((column) => holdsCategories(column));
  const plain = all.filter(({ name }) => (readHeader(name).get('derived') ?? 0) === 0);
  return plain.length > 0 ? plain : all;
};

/** A molecular weight is of use beside a mass per volume only. */
const weighsNeeded = (values: readonly ColumnProfile[], unitColumn: ColumnProfile | undefined): boolean =>
  [...values.map(({ name }) => unitOfHeader(name)), ...[...(unitColumn?.spellings.keys() ?? [])].map(unitOf)].some(
    (read) => read !== undefined && isMassPerVolume(read.unit),
  );

type Found = { readonly column: ColumnProfile; readonly fit: Fit };

function best(
  columns: readonly ColumnProfile[],
  target: Fit['target'],
  around: { readonly structures: number | undefined },
): Found | undefined {
  return columns
    .flatMap((column) => {
      const fit = fitsOf(column, around).find((one) => one.target === target);
      return fit === undefined ? [] : [{ column, fit }];
    })
    .sort((a, b) => b.fit.score - a.fit.score)[0];
}

/** Columns of numbers that may each be an assay: not a count, a flag or a computed property by their header. */
function numericFields(columns: readonly ColumnProfile[], around: Parameters<typeof fitsOf>[1]): ColumnProfile[] {
  const isNamed = ({ name }: ColumnProfile) =>
    unitOfHeader(name) !== undefined || (readHeader(name).get('value') ?? 0) === 2;
  const named = columns.some((column) => column.numbers.values > 0 && isNamed(column));
  return columns.filter((column) => {
    // Whole numbers beside a column that says what it measures are counts of something.
    const { whole, values, highest } = column.numbers;
    if (named && !isNamed(column) && whole === values && highest < 1000) return false;
    const value = fitsOf(column, around).find(({ target }) => target === 'value');
    return (
      value !== undefined && value.reason.key !== 'categories' && (readHeader(column.name).get('derived') ?? 0) === 0
    );
  });
}

/** Wide when columns of numbers stand side by side under names of their own; long when one column names the assay. */
function chooseLayout(reading: Reading, fields: readonly ColumnProfile[], assay: Fit | undefined): 'long' | 'wide' {
  const generic = fields.filter(({ name }) => (readHeader(name).get('value') ?? 0) === 2);
  if (assay?.confidence === 'high' && fields.length > 0) return 'long';
  if (reading.format === 'sdf') return 'wide';
  if (assay !== undefined && preselected(assay) && generic.length > 0) return 'long';
  return fields.length > 1 && generic.length * 2 <= fields.length ? 'wide' : 'long';
}

/**
 * Value columns of the long layout. Several may be values when a row fills one of them; columns that say the same value
 * again in another unit would count it twice, so the best of those is taken alone.
 */
function takingTurns(columns: readonly ColumnProfile[], around: Parameters<typeof fitsOf>[1]): ColumnProfile[] {
  const candidates = columns
    .flatMap((column) => {
      const fit = fitsOf(column, around).find(({ target }) => target === 'value');
      const derived = (readHeader(column.name).get('derived') ?? 0) === 2;
      const predicted = readHeader(column.name).get('derived') ?? 0;
      return fit === undefined || !preselected(fit) || derived ? [] : [{ column, score: fit.score - predicted }];
    })
    .sort((a, b) => b.score - a.score);
  const chosen: ColumnProfile[] = [];
  for (const { column } of candidates) {
    if (chosen.every((other) => overlap(column, other) < 0.05)) chosen.push(column);
  }
  return chosen;
}

const bits = (byte: number): number => {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
};

function overlap(a: ColumnProfile, b: ColumnProfile): number {
  let both = 0;
  let inA = 0;
  let inB = 0;
  for (let byte = 0; byte < a.presence.length; byte += 1) {
    inA += bits(a.presence[byte]!);
    inB += bits(b.presence[byte]!);
    both += bits(a.presence[byte]! & b.presence[byte]!);
  }
  return both / Math.max(1, Math.min(inA, inB));
}

function valueProposal(
  column: ColumnProfile,
  layout: 'long' | 'wide',
  values: readonly ColumnProfile[],
  unitColumn: ColumnProfile | undefined,
  alternatives: readonly Target[],
): ColumnProposal {
  const { numbers, filled } = column;
  const target = layout === 'wide' ? 'assay-value' : 'value';
  const counted = { numbers: numbers.values, filled };
  const named = unitOfHeader(column.name);
  if (holdsCategories(column) && numbers.values - numbers.zeroOrOne < filled / 2) {
    const confidence: Confidence = numbers.zeroOrOne === filled ? 'middle' : 'high';
    const data = { spellings: spellingsOfCategories(column).size, filled };
    return proposal(column, target, confidence, { key: 'categories', data }, alternatives);
  }
  const withUnit = (unit: Unit | null, confidence: Confidence, reason: ColumnReason, choices: readonly Unit[]) =>
    proposal(column, target, confidence, reason, alternatives, unit, choices);
  if (unitColumn !== undefined && layout === 'long') {
    const reason = { key: 'numbers-with-unit', data: { ...counted, unit: unitColumn.name, from: 'column' } } as const;
    return withUnit(null, 'high', reason, units);
  }
  if (named !== undefined) {
    const range = named.doubtful ? { lowest: numbers.lowest, highest: numbers.highest } : {};
    const data = { ...counted, unit: named.unit, from: 'header', ...range };
    const reason = { key: 'numbers-with-unit', data } as const;
    return withUnit(named.unit, named.doubtful ? 'middle' : 'high', reason, [named.unit]);
  }
  if (numbers.withUnit > 0 && numbers.withUnit >= numbers.values * 0.9) {
    return withUnit(null, 'high', { key: 'numbers-with-unit', data: { ...counted, unit: '', from: 'cells' } }, units);
  }
  const range = { lowest: numbers.lowest, highest: numbers.highest };
  const guess = layout === 'wide' ? guessUnitAmong(column, values) : guessUnit(column);
  return guess === undefined
    ? withUnit(null, 'low', { key: 'numbers-unit-open', data: { ...counted, ...range } }, units)
    : withUnit(guess, 'middle', { key: 'numbers-unit-guessed', data: { ...counted, unit: guess, ...range } }, units);
}

function proposal(
  column: ColumnProfile,
  target: Target,
  confidence: Confidence | null,
  reason: ColumnReason,
  alternatives: readonly Target[],
  unit: Unit | null = null,
  choices: readonly Unit[] = [],
): ColumnProposal {
  return {
    column: column.name,
    target,
    unit,
    assay: target === 'assay-value' ? column.name : null,
    confidence,
    reason,
    units: [...choices],
    alternatives: [...alternatives],
  };
}

const alternativesOf = (
  column: ColumnProfile,
  around: Parameters<typeof fitsOf>[1],
  chosen: Target | undefined,
): readonly Target[] =>
  fitsOf(column, around)
    .map(({ target }) => target)
    .filter((target) => target !== chosen);

function secondChoice(
  column: ColumnProfile,
  taken: ReadonlyMap<ColumnProfile, Fit>,
  values: readonly ColumnProfile[],
  around: Parameters<typeof fitsOf>[1],
): ColumnReason | undefined {
  const fit = fitsOf(column, around)[0];
  if (fit === undefined || fit.confidence === 'low') return undefined;
  const first = fit.target === 'value' ? values[0] : [...taken].find(([, { target }]) => target === fit.target)?.[0];
  return first && { key: 'second-choice', data: { target: fit.target, column: first.name } };
}

/** What a person has set by hand keeps its place; the reason says so where it differs from the proposal. */
export function explainColumns(
  columns: readonly ColumnMapping[],
  proposed: readonly ColumnProposal[],
): ColumnProposal[] {
  const byName = new Map(proposed.map((one) => [one.column, one]));
  return columns.map((mapped) => {
    const found = byName.get(mapped.column);
    const same = found !== undefined && found.target === mapped.target && found.unit === mapped.unit;
    if (same) return { ...found, assay: mapped.assay };
    return {
      ...mapped,
      confidence: mapped.target === 'unused' ? null : 'high',
      reason: { key: 'by-hand', data: {} },
      units: found?.units ?? [],
      alternatives: found?.alternatives ?? [],
    };
  });
}

/** Unit of a spelling in the mapping of a proposal: doubtful ones are taken as suggested, unknown ones stay open. */
export const proposedUnits = (spellings: Iterable<string>): { spelling: string; unit: Unit }[] =>
  [...spellings].flatMap((spelling) => {
    const found = unitOf(spelling);
    return found === undefined ? [] : [{ spelling, unit: found.unit }];
  });
