/** One value per compound and assay: what is not credible is left out, replicates are brought together. */
import type { AssayRecord, Direction, MeasuredCompound } from '../catalog/tasks.ts';
import type { AssayType, TaskRules } from '../contract/tasks.ts';

export type Relation = '=' | '<' | '>';

export type MeasuredValue = { readonly relation: Relation; readonly value: number };

/** A compound is a standard structure: the same SMILES is the same compound, whatever its names. */
export type CompoundValue = MeasuredValue & { readonly smiles: string; readonly fold: number };

export type AssayValues = {
  readonly scale: string;
  /** Of the assay, or high where the assay has none. */
  readonly direction: Direction;
  /** By SMILES, in the order of its code units. */
  readonly values: readonly CompoundValue[];
  /** Measurements that no value rests on, by cause. */
  readonly leftOut: {
    readonly outOfRange: number;
    readonly structureFailed: number;
    readonly structureWaiting: number;
    /** Replicates that contradict each other with no majority. */
    readonly undecided: number;
  };
};

/** Types whose fixed rules are made for -log10(mol/L). */
export const isPotency = ({ type }: Pick<AssayRecord, 'type'>, scale: string): boolean =>
  scale === 'p' && ['OTHER', 'NON-CATALOG-PANEL', 'CATALOG-PANEL'].includes(type);

/** Chemistry.md 1.8, steps 2 to 4 and 6. */
export function assayValues(
  assay: Pick<AssayRecord, 'type' | 'direction'>,
  measured: readonly MeasuredCompound[],
  rules: TaskRules,
): AssayValues {
  const scale = measured[0]?.scale ?? 'p';
  const [least, most] = isPotency(assay, scale) ? rules.credible[assay.type] : rules.credible.ADME;
  const leftOut = { outOfRange: 0, structureFailed: 0, structureWaiting: 0, undecided: 0 };
  const replicates = new Map<string, { readonly fold: number; readonly values: MeasuredValue[] }>();
  for (const { relation, value, state, smiles, fold } of measured) {
    if (state === 'waiting') leftOut.structureWaiting++;
    else if (state === 'failed' || smiles === null || fold === null) leftOut.structureFailed++;
    else if (!(value >= least && value <= most)) leftOut.outOfRange++;
    else {
      const known = replicates.get(smiles);
      if (known) known.values.push({ relation, value });
      else replicates.set(smiles, { fold, values: [{ relation, value }] });
    }
  }
  const values: CompoundValue[] = [];
  for (const [smiles, { fold, values: given }] of replicates) {
    const together = bringTogether(assay.type, assay.direction, given);
    if (together === undefined) leftOut.undecided += given.length;
    else values.push({ smiles, fold, relation: together.relation, value: rounded(assay.type, together.value) });
  }
  values.sort((a, b) => (a.smiles < b.smiles ? -1 : 1));
  return { scale, direction: assay.direction ?? 'high', values, leftOut };
}

/** @returns undefined when the replicates contradict each other */
export function bringTogether(
  type: AssayType,
  direction: Direction | null,
  values: readonly MeasuredValue[],
): MeasuredValue | undefined {
  switch (type) {
    case 'ADME':
      return middle(values);
    case 'OTHER':
    case 'NON-CATALOG-PANEL':
      return strongest(values, 'high');
    case 'CATALOG-PANEL':
    case 'AUX_HTS':
    case 'AUX_PL':
      return direction === null
        ? values.reduce((a, b) => (Math.abs(b.value) > Math.abs(a.value) ? b : a))
        : strongest(values, direction);
  }
}

/** The highest (lowest) value; limits that only say how weak it is count where there is nothing else. */
function strongest(values: readonly MeasuredValue[], direction: Direction): MeasuredValue {
  const weakLimit = direction === 'high' ? '<' : '>';
  const telling = values.filter(({ relation }) => relation !== weakLimit);
  const sign = direction === 'high' ? 1 : -1;
  return (telling.length > 0 ? telling : values).reduce((a, b) => (sign * b.value > sign * a.value ? b : a));
}

/** The median under the relation that most replicates have; "=" wins a tie. */
function middle(values: readonly MeasuredValue[]): MeasuredValue | undefined {
  const count = (wanted: Relation) => values.filter(({ relation }) => relation === wanted).length;
  const most = Math.max(count('='), count('<'), count('>'));
  const relation = count('=') === most ? '=' : count('<') === count('>') ? undefined : count('<') === most ? '<' : '>';
  return (
    relation && {
      relation,
      value: quantile(
        values.map(({ value }) => value),
        0.5,
      ),
    }
  );
}

/** Linear interpolation between the values around it. @param values at least one */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)]!;
  const above = sorted[Math.ceil(place)]!;
  return below + (above - below) * (place - Math.floor(place));
}

/** Potencies to two decimals, halves to even as NumPy does. */
function rounded(type: AssayType, value: number): number {
  if (type !== 'OTHER' && type !== 'NON-CATALOG-PANEL') return value;
  const hundredths = value * 100;
  const down = Math.floor(hundredths);
  const up = hundredths - down;
  return (up > 0.5 || (up === 0.5 && down % 2 !== 0) ? down + 1 : down) / 100;
}
