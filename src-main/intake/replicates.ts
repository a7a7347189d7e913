/**
 * Replicates and conflicts among what is stored: one compound measured several times in one assay, one id with two
 * structures. A million measurements take about 40 MB, since only hashes and a few numbers of each are kept.
 */
import type { ReplicateExample, ReplicateReport, ReplicateRule } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import type { Measurement } from './interpret.ts';

export type Replicates = {
  readonly add: (measurement: Measurement, line: number) => void;
  readonly compounds: () => number;
  readonly report: (exactRows: number) => ReplicateReport;
};

const examplesShown = 50;

const rules: Readonly<Record<AssayType, ReplicateRule>> = {
  OTHER: 'maximum',
  'NON-CATALOG-PANEL': 'maximum',
  ADME: 'median',
  'CATALOG-PANEL': 'by-direction',
  AUX_HTS: 'by-direction',
  AUX_PL: 'most-common',
};

/** What is known of a compound in an assay from its second measurement on. */
type Group = {
  readonly assayType: AssayType;
  readonly scale: Measurement['scale'];
  measurements: number;
  lowest: number;
  lowestLine: number;
  highest: number;
  highestLine: number;
  /** Highest of the bounds ">", lowest of the bounds "<". */
  above: number;
  below: number;
  agreeing: boolean;
};

export function replicateCounter(): Replicates {
  const pairs = hashTable(2);
  const ids = hashTable(2);
  const groups: Group[] = [];
  const twoStructures: ReplicateReport['twoStructures'] = { ids: 0, examples: [] };
  const widest = new Map<Group, { readonly companyId: string; readonly assay: string; spread: number }>();
  const contradictions = new Map<Group, { readonly companyId: string; readonly assay: string }>();
  /** Value and relation of a compound's first measurement in an assay, by its place in the table. */
  let firsts = new Float64Array(1 << 12);
  let firstRelations = new Uint8Array(1 << 12);

  /** Rows of one compound often stand together. */
  let before: Measurement | undefined;

  function add(measurement: Measurement, line: number): void {
    const sameCompound = before?.companyId === measurement.companyId && before.structure === measurement.structure;
    if (!sameCompound) noteStructure(measurement, line);
    before = measurement;
    const { companyId, assay, value, relation } = measurement;
    const place = pairs.place(companyId, assay);
    const known = pairs.get(place, 0);
    if (known === 0) {
      const number = pairs.size();
      if (number > firsts.length) {
        firsts = grown(firsts, new Float64Array(firsts.length * 2));
        firstRelations = grown(firstRelations, new Uint8Array(firstRelations.length * 2));
      }
      firsts[number - 1] = value;
      firstRelations[number - 1] = relations.indexOf(relation);
      pairs.set(place, 0, number);
      pairs.set(place, 1, line);
      return;
    }
    const group = groupOf(place, known, measurement);
    include(group, value, relation, line);
    noteExamples(group, companyId, assay);
  }

  /** The first slot holds the number of the first measurement, or above the highest bit the number of the group. */
  function groupOf(place: number, known: number, { assayType, scale }: Measurement): Group {
    if (known >= isGroup) return groups[known - isGroup]!;
    const group: Group = {
      assayType,
      scale,
      measurements: 0,
      lowest: Number.POSITIVE_INFINITY,
      lowestLine: 0,
      highest: Number.NEGATIVE_INFINITY,
      highestLine: 0,
      above: Number.NEGATIVE_INFINITY,
      below: Number.POSITIVE_INFINITY,
      agreeing: true,
    };
    include(group, firsts[known - 1]!, relations[firstRelations[known - 1]!]!, pairs.get(place, 1));
    pairs.set(place, 0, isGroup + groups.length);
    groups.push(group);
    return group;
  }

  function noteExamples(group: Group, companyId: string, assay: string): void {
    if (contradicts(group) && !contradictions.has(group) && contradictions.size < examplesShown) {
      contradictions.set(group, { companyId, assay });
    }
    const spread = spreadOf(group) ?? 0;
    if (spread === 0) return;
    const kept = widest.get(group);
    if (kept !== undefined) {
      kept.spread = spread;
      return;
    }
    widest.set(group, { companyId, assay, spread });
    // One that falls out comes back when a later value widens it.
    if (widest.size <= 2 * examplesShown) return;
    const narrowest = [...widest].sort(([, a], [, b]) => a.spread - b.spread).slice(0, examplesShown);
    for (const [one] of narrowest) widest.delete(one);
  }

  function noteStructure({ companyId, structure }: Measurement, line: number): void {
    const place = ids.place(companyId, '');
    const hash = textHash(structure);
    const known = ids.get(place, 1);
    if (known === 0) {
      ids.set(place, 0, hash);
      ids.set(place, 1, line);
      return;
    }
    if (ids.get(place, 0) === hash || known >= isGroup) return;
    ids.set(place, 1, (known | isGroup) >>> 0);
    twoStructures.ids += 1;
    if (twoStructures.examples.length >= examplesShown) return;
    const shown = structure.length > 200 ? `${structure.slice(0, 199)}…` : structure;
    twoStructures.examples.push({ companyId, lines: [known, line], structure: shown });
  }

  return {
    add,
    compounds: () => ids.size(),
    report: (exactRows) => ({
      exactRows,
      groups: groups.length,
      measurements: groups.reduce((sum, { measurements }) => sum + measurements, 0),
      agreeing: groups.filter(({ agreeing }) => agreeing).length,
      wide: groups.filter(isWide).length,
      contradictory: groups.filter(contradicts).length,
      rules: [...Map.groupBy(groups, ({ assayType, scale }) => `${assayType} ${ruleOf(assayType, scale)}`).values()]
        .map((same) => ({
          assayType: same[0]!.assayType,
          rule: ruleOf(same[0]!.assayType, same[0]!.scale),
          groups: same.length,
        }))
        .sort((a, b) => b.groups - a.groups),
      twoStructures,
      largest: [...widest]
        .sort(([, a], [, b]) => b.spread - a.spread)
        .slice(0, examplesShown)
        .map(([group, { companyId, assay }]) => exampleOf(group, companyId, assay)),
      contradictions: [...contradictions].map(([group, { companyId, assay }]) => exampleOf(group, companyId, assay)),
    }),
  };
}

const relations: readonly Measurement['relation'][] = ['=', '<', '>'];
const isGroup = 0x80000000;

const ruleOf = (assayType: AssayType, scale: Measurement['scale']): ReplicateRule =>
  scale === 'binary' ? 'most-common' : rules[assayType];

function include(group: Group, value: number, relation: Measurement['relation'], line: number): void {
  const same =
    group.measurements === 0 ||
    (relation === '='
      ? group.lowest === value && group.highest === value && group.above === -Infinity && group.below === Infinity
      : group.lowest === Infinity &&
        (relation === '>'
          ? group.above === value && group.below === Infinity
          : group.below === value && group.above === -Infinity));
  group.agreeing &&= same;
  group.measurements += 1;
  if (relation === '>') group.above = Math.max(group.above, value);
  if (relation === '<') group.below = Math.min(group.below, value);
  if (relation !== '=') return;
  if (value < group.lowest) {
    group.lowest = value;
    group.lowestLine = line;
  }
  if (value > group.highest) {
    group.highest = value;
    group.highestLine = line;
  }
}

/** Bounds that cross each other, or a value beyond a bound by more than the assay's own scatter of half a log unit. */
function contradicts({ above, below, lowest, highest, scale }: Group): boolean {
  if (scale === 'binary') return false;
  if (above > below) return true;
  const slack = scale === 'linear' ? 0 : 0.5;
  return lowest < above - slack || highest > below + slack;
}

/** Log units between the lowest and the highest value; undefined where there is no logarithm. */
function spreadOf({ lowest, highest, scale }: Group): number | undefined {
  if (lowest > highest) return undefined;
  if (scale !== 'linear') return highest - lowest;
  return lowest > 0 ? Math.log10(highest / lowest) : undefined;
}

const isWide = (group: Group): boolean => (spreadOf(group) ?? 0) > 1;

function exampleOf(group: Group, companyId: string, assay: string): ReplicateExample {
  const { scale, measurements, lowest, highest, above, below, lowestLine, highestLine } = group;
  const valued = lowest <= highest;
  return {
    companyId,
    assay,
    scale,
    measurements,
    // Of bounds alone: what they leave between them, turned round.
    lowest: valued ? lowest : Math.min(above, below),
    highest: valued ? highest : Math.max(above, below),
    spread: spreadOf(group) ?? null,
    lines: valued ? [...new Set([lowestLine, highestLine])] : [],
  };
}

function grown<Numbers extends Float64Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

/** Two numbers by two texts; the texts are known by 64 bits of hash. */
function hashTable(width: number) {
  let capacity = 1 << 12;
  let slots = new Uint32Array(capacity * (2 + width));
  let size = 0;
  const stride = 2 + width;

  function slotOf(high: number, low: number): number {
    let at = (low ^ (high >>> 7)) & (capacity - 1);
    for (;;) {
      const from = at * stride;
      if (slots[from] === 0 && slots[from + 1] === 0) return from;
      if (slots[from] === high && slots[from + 1] === low) return from;
      at = (at + 1) & (capacity - 1);
    }
  }

  function grow(): void {
    const old = slots;
    capacity *= 2;
    slots = new Uint32Array(capacity * stride);
    for (let from = 0; from < old.length; from += stride) {
      if (old[from] === 0 && old[from + 1] === 0) continue;
      slots.set(old.subarray(from, from + stride), slotOf(old[from]!, old[from + 1]!));
    }
  }

  return {
    /** @returns where its numbers are until the next new text comes */
    place(first: string, second: string): number {
      if ((size + 1) * 3 > capacity * 2) grow();
      const high = textHash(first, second) || 1;
      const low = textHash(second, first, 0x9747b28c);
      const from = slotOf(high, low);
      if (slots[from] === 0 && slots[from + 1] === 0) {
        slots[from] = high;
        slots[from + 1] = low;
        size += 1;
      }
      return from;
    },
    get: (place: number, which: number): number => slots[place + 2 + which]!,
    set(place: number, which: number, value: number): void {
      slots[place + 2 + which] = value;
    },
    size: () => size,
  };
}

/** Multiplicative hash over two texts and the border between them, mixed at the end (MurmurHash3). */
function textHash(first: string, second = '', seed = 0xdeadbeef): number {
  let hash = seed;
  for (let i = 0; i < first.length; i += 1) hash = Math.imul(hash ^ first.charCodeAt(i), 2654435761) ^ (hash >>> 15);
  hash = Math.imul(hash ^ 0x10001, 1597334677);
  for (let i = 0; i < second.length; i += 1) hash = Math.imul(hash ^ second.charCodeAt(i), 2654435761) ^ (hash >>> 15);
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  return (hash ^ (hash >>> 13)) >>> 0;
}
