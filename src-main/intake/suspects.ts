/**
 * Units that the values speak against: values that cannot be in their unit, and assays whose middle lies 3 or 6 log units
 * away from the others, as it does when nM and uM are mixed up. Raised with figures, never changed.
 */
import type { AssayProposal, Decision, Unit } from '../contract/intake.ts';
import type { AssayTrial, GroupTrial, Trial } from './trial.ts';
import { isMassPerVolume, scaleOf, toScale, units } from './units.ts';

type Sign =
  | 'median-off'
  | 'impossible-p'
  | 'tiny-concentrations'
  | 'p-like'
  | 'not-percent'
  | 'positive-logarithms'
  | 'mixed-units'
  | 'column-disagrees';

type Suspicion = {
  readonly sign: Sign;
  readonly assay: string;
  readonly spelling: string;
  readonly unit: Unit;
  /** What it is more likely to be. */
  readonly suggestion: Unit | null;
  /** Nothing else can be the case: the import waits for an answer. */
  readonly certain: boolean;
  readonly figures: Readonly<Record<string, string | number>>;
};

/** Fewer values say nothing about the middle of an assay. */
const enough = 8;
/** Where the same assay has more values under another spelling to compare them with. */
const enoughBeside = 5;
/** Of an assay that stands alone; the middle of what is measured anywhere. */
const usualMiddle = 6.3;

export function unitSuspects(trial: Trial, assays: readonly AssayProposal[], confirmed: readonly string[]): Decision[] {
  const types = new Map(assays.map(({ code, assayType }) => [code, assayType]));
  const suspicions: Suspicion[] = [];
  const plausible: { readonly assay: string; readonly group: GroupTrial; readonly median: number }[] = [];
  for (const [assay, seen] of trial.assays) {
    const mixed = mixedUnits(assay, seen);
    if (mixed !== undefined) suspicions.push(mixed);
    for (const group of seen.groups.values()) {
      const odd = contradicted(assay, group) ?? impossible(assay, group);
      if (odd !== undefined) suspicions.push(odd);
      else if (scaleOf(group.unit) === 'p' && types.get(assay) !== 'ADME' && group.some.length > 0) {
        plausible.push({ assay, group, median: middleAsP(group) });
      }
    }
  }
  const others = plausible.length < 4 ? usualMiddle : middle(plausible.map(({ median }) => median));
  const byAssay = Map.groupBy(plausible, ({ assay }) => assay);
  for (const { assay, group, median } of plausible) {
    const beside = byAssay.get(assay)?.filter((one) => one.group !== group && one.group.values > group.values) ?? [];
    if (group.values < (beside.length > 0 ? enoughBeside : enough)) continue;
    const within = beside.map((one) => off(median, one.median, 0.6)).find((shift) => shift !== undefined);
    const reference = within === undefined ? others : (beside[0]?.median ?? others);
    const shift = within ?? (liesApart(group, median, others) ? off(median, others, 1) : undefined);
    if (shift === undefined) continue;
    suspicions.push({
      sign: 'median-off',
      assay,
      spelling: group.spelling,
      unit: group.unit,
      suggestion: shifted(group.unit, shift),
      certain: within !== undefined,
      figures: { median: rounded(median), others: rounded(reference), shift },
    });
  }
  return grouped(suspicions).filter(({ id }) => !confirmed.includes(id));
}

/**
 * Whether nine of ten values lie beyond the middle of the other assays, and their own middle where few assays end: a
 * potent series has its weak members, a whole assay in the wrong unit has none.
 */
function liesApart({ some, unit }: GroupTrial, median: number, others: number): boolean {
  const sorted = some.flatMap((value) => toScale(value, '=', unit)?.value ?? []).sort((a, b) => a - b);
  const decile = Math.floor(sorted.length / 10);
  const low = sorted[decile] ?? median;
  const high = sorted[sorted.length - 1 - decile] ?? median;
  return (median > 8.9 && low > others + 0.8) || (median < 3.9 && high < others - 0.8);
}

/** 3 or 6 where the middles lie that far apart, with the sign of the difference. */
function off(median: number, reference: number, tolerance: number): number | undefined {
  const difference = median - reference;
  return [3, 6, -3, -6].find((shift) => Math.abs(difference - shift) <= tolerance);
}

const molar: readonly Unit[] = ['M', 'mM', 'uM', 'nM', 'pM'];

/** Values that come out three log units too high were given in a unit a thousand times as large as the one said. */
function shifted(unit: Unit, shift: number): Unit | null {
  const at = molar.indexOf(unit);
  return at < 0 ? null : (molar[at - shift / 3] ?? null);
}

/** `IC50 (nM)` beside a unit column that says uM: one of the two is wrong by a factor of a thousand. */
function contradicted(assay: string, { contradicted: said, spelling, unit }: GroupTrial): Suspicion | undefined {
  const [first] = said;
  if (first === undefined) return undefined;
  const [column, other] = first;
  return {
    sign: 'column-disagrees',
    assay,
    spelling,
    unit,
    suggestion: other,
    certain: true,
    figures: { column, said: other },
  };
}

function impossible(assay: string, group: GroupTrial): Suspicion | undefined {
  const { unit, spelling, some } = group;
  const share = (holds: (value: number) => boolean) => some.filter(holds).length / Math.max(1, some.length);
  const suspicion = (sign: Sign, part: number, suggestion: Unit | null, certain: boolean): Suspicion => ({
    sign,
    assay,
    spelling,
    unit,
    suggestion,
    certain,
    figures: { share: Math.round(part * 100), values: group.values },
  });
  if (unit === 'p') {
    const part = share((value) => value > 14 || value < 0);
    if (part >= 0.5) return suspicion('impossible-p', part, null, true);
    return part >= 0.1 && some.length >= enough ? suspicion('impossible-p', part, null, false) : undefined;
  }
  if (unit === 'log10(M)') {
    const part = share((value) => value > 1);
    const asP = some.length >= enough && share((value) => value >= 3 && value <= 12) > 0.9;
    return part >= 0.5 ? suspicion('positive-logarithms', part, asP ? 'p' : null, true) : undefined;
  }
  if (molar.includes(unit)) {
    const tiny = share((value) => (toScale(value, '=', unit)?.value ?? 0) > 12);
    if (tiny >= 0.5) {
      const asMolar = share((value) => value > 0 && value < 1e-2);
      return suspicion('tiny-concentrations', tiny, asMolar > 0.9 && unit !== 'M' ? 'M' : null, true);
    }
    // Concentrations of a series spread over decades; their negative logarithms stay within a few units.
    const narrow = some.length >= 12 && Math.max(...some) / Math.min(...some) < 3.2;
    const pLike = share((value) => value >= 3 && value <= 12);
    const written = share((value) => !Number.isInteger(value));
    if (narrow && pLike === 1 && written > 0.5) return suspicion('p-like', pLike, 'p', some.length >= 40);
    return undefined;
  }
  if (unit === '%' || unit === '% unbound') {
    const part = share((value) => (unit === '%' ? value < -100 || value > 200 : value < 0 || value > 100.5));
    return part >= 0.1 ? suspicion('not-percent', part, null, part >= 0.5) : undefined;
  }
  if (unit === 'fraction') {
    const part = share((value) => value < -0.05 || value > 1.05);
    return part >= 0.1 ? suspicion('not-percent', part, '%', part >= 0.5) : undefined;
  }
  return undefined;
}

/** Linear units of different quantities in one assay, such as mL/min/kg and uL/min/mg: no scale makes them one. */
function mixedUnits(assay: string, { groups }: AssayTrial): Suspicion | undefined {
  const quantities = new Map<string, GroupTrial>();
  for (const group of groups.values()) {
    if (scaleOf(group.unit) === 'p') continue;
    const quantity = isMassPerVolume(group.unit) ? 'mass' : group.unit.replace(/^log10\((.*)\)$/, '$1');
    quantities.set(quantity === 'ug/mL' ? 'mass' : quantity, group);
  }
  if (quantities.size < 2) return undefined;
  const [, second] = [...quantities.values()].sort((a, b) => b.values - a.values || (a.unit < b.unit ? -1 : 1));
  if (second === undefined) return undefined;
  return {
    sign: 'mixed-units',
    assay,
    spelling: second.spelling,
    unit: second.unit,
    suggestion: null,
    certain: !quantities.has('log10'),
    figures: { units: [...new Set([...quantities.values()].map(({ unit }) => unit))].sort().join(', ') },
  };
}

/** One question for all assays that raise it in the same way. */
function grouped(suspicions: readonly Suspicion[]): Decision[] {
  const groups = Map.groupBy(suspicions, ({ sign, spelling, unit, suggestion, certain }) =>
    [sign, spelling, unit, suggestion ?? '', certain].join(' '),
  );
  return [...groups.values()].map((all) => {
    const first = all[0]!;
    const { sign, spelling, unit, suggestion, figures } = first;
    return {
      id: `unit-suspect:${sign}:${spelling}:${unit}:${first.assay}+${all.length - 1}`,
      kind: 'unit-suspect',
      state: all.some(({ certain }) => certain) ? 'open' : 'suggested',
      data: { sign, spelling, unit, assay: first.assay, assays: all.length, ...figures },
      suggestion,
      choices: [...units],
      assays: all.map(({ assay }) => assay),
    };
  });
}

const middleAsP = ({ some, unit }: GroupTrial): number =>
  middle(some.flatMap((value) => toScale(value, '=', unit)?.value ?? []));

const middle = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? usualMiddle;

const rounded = (value: number): number => Math.round(value * 100) / 100;
