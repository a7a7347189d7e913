/**
 * Replicates and conflicts among what is stored: one compound measured several times in one assay, one id with two
 * structures. A million measurements take about 30 MB, since only hashes and a few numbers of each are kept.
 */
import {
  type ReplicateExample,
  type ReplicateReport,
  type ReplicateRule,
  type Scale,
  scale,
} from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import { numberedTexts } from './distinct.ts';
import type { Compound, Measurement } from './interpret.ts';
import { keptNumbers } from './kept-numbers.ts';

export type Replicates = {
  readonly add: (measurement: Measurement, line: number) => void;
  /** Without a measurement. */
  readonly addCompound: (compound: Compound, line: number) => void;
  readonly compounds: () => number;
  /** Ends the counting: the memory is given back. */
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
  assayType: AssayType;
  scale: Measurement['scale'];
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
  /** Compounds in assays, and of each its first measurement; with a second one, its group instead of the line. */
  const pairs = numberedTexts(64);
  const values = keptNumbers((length) => new Float64Array(length));
  const relationsOf = keptNumbers((length) => new Uint8Array(length));
  const linesOrGroups = keptNumbers((length) => new Uint32Array(length));
  /** Compounds, and of each the hash of its structure and its line; marked once another structure came. */
  const ids = numberedTexts(64);
  const structureHashes = keptNumbers((length) => new Uint32Array(length));
  const structureLines = keptNumbers((length) => new Uint32Array(length));
  const groups = keptGroups();
  const twoStructures: ReplicateReport['twoStructures'] = { ids: 0, examples: [] };
  const widest = new Map<number, Named & { spread: number }>();
  const contradictions = new Map<number, Named>();
  /** Rows of one compound often stand together. */
  let before: Measurement | undefined;

  function add(measurement: Measurement, line: number): void {
    const sameCompound = before?.companyId === measurement.companyId && before.structure === measurement.structure;
    if (!sameCompound) noteStructure(measurement, line);
    before = measurement;
    const { companyId, assay, value, relation } = measurement;
    const pair = pairs.number([companyId, assay]);
    if (pairs.wasNew()) {
      values.set(pair, value);
      relationsOf.set(pair, relations.indexOf(relation));
      linesOrGroups.set(pair, line);
      return;
    }
    const number = groupOf(pair, measurement);
    const group = groups.get(number);
    include(group, value, relation, line);
    groups.set(number, group);
    noteExamples(number, group, measurement);
  }

  function groupOf(pair: number, { assayType, scale }: Measurement): number {
    const known = linesOrGroups.get(pair);
    if (known >= marked) return known - marked;
    const group = noneOf(assayType, scale);
    include(group, values.get(pair), relations[relationsOf.get(pair)]!, known);
    const number = groups.size();
    groups.set(number, group);
    linesOrGroups.set(pair, marked + number);
    return number;
  }

  function noteExamples(number: number, group: Group, { companyId, assay }: Named): void {
    if (contradicts(group) && !contradictions.has(number) && contradictions.size < examplesShown) {
      contradictions.set(number, { companyId, assay });
    }
    const spread = spreadOf(group) ?? 0;
    if (spread === 0) return;
    const kept = widest.get(number);
    if (kept !== undefined) {
      kept.spread = spread;
      return;
    }
    widest.set(number, { companyId, assay, spread });
    // One that falls out comes back when a later value widens it.
    if (widest.size <= 2 * examplesShown) return;
    const narrowest = [...widest].sort(([, a], [, b]) => a.spread - b.spread).slice(0, examplesShown);
    for (const [one] of narrowest) widest.delete(one);
  }

  function noteStructure({ companyId, structure }: Compound, line: number): void {
    const id = ids.number([companyId]);
    const hash = textHash(structure);
    if (ids.wasNew()) {
      structureHashes.set(id, hash);
      structureLines.set(id, line);
      return;
    }
    const known = structureLines.get(id);
    if (structureHashes.get(id) === hash || known >= marked) return;
    structureLines.set(id, marked + known);
    twoStructures.ids += 1;
    if (twoStructures.examples.length >= examplesShown) return;
    const shown = structure.length > 200 ? `${structure.slice(0, 199)}…` : structure;
    twoStructures.examples.push({ companyId, lines: [known, line], structure: shown });
  }

  return {
    add,
    addCompound: noteStructure,
    compounds: () => ids.size(),
    report(exactRows) {
      const counts = { groups: groups.size(), measurements: 0, agreeing: 0, wide: 0, contradictory: 0 };
      const byRule = new Map<string, ReplicateReport['rules'][number]>();
      for (let number = 0; number < groups.size(); number += 1) {
        const group = groups.get(number);
        counts.measurements += group.measurements;
        if (group.agreeing) counts.agreeing += 1;
        if (isWide(group)) counts.wide += 1;
        if (contradicts(group)) counts.contradictory += 1;
        const { assayType } = group;
        const rule = ruleOf(assayType, group.scale);
        const same = byRule.get(`${assayType} ${rule}`);
        if (same === undefined) byRule.set(`${assayType} ${rule}`, { assayType, rule, groups: 1 });
        else same.groups += 1;
      }
      const example = ([number, { companyId, assay }]: readonly [number, Named]) =>
        exampleOf(groups.get(number), companyId, assay);
      const report: ReplicateReport = {
        exactRows,
        ...counts,
        rules: [...byRule.values()].sort((a, b) => b.groups - a.groups),
        twoStructures,
        largest: [...widest]
          .sort(([, a], [, b]) => b.spread - a.spread)
          .slice(0, examplesShown)
          .map(example),
        contradictions: [...contradictions].map(example),
      };
      for (const kept of [pairs, values, relationsOf, linesOrGroups, ids, structureHashes, structureLines, groups]) {
        kept.letGo();
      }
      return report;
    },
  };
}

type Named = Pick<Measurement, 'companyId' | 'assay'>;

const noneOf = (assayType: AssayType, scale: Measurement['scale']): Group => ({
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
});

/** Groups in 47 bytes each: half of a file may be measured a second time. */
function keptGroups() {
  const bounds = keptNumbers((length) => new Float64Array(length));
  const counts = keptNumbers((length) => new Uint32Array(length));
  const kinds = keptNumbers((length) => new Uint8Array(length));
  let size = 0;
  return {
    size: () => size,
    get: (number: number): Group => ({
      assayType: assayTypes[kinds.get(3 * number)]!,
      scale: scales[kinds.get(3 * number + 1)]!,
      agreeing: kinds.get(3 * number + 2) === 1,
      measurements: counts.get(3 * number),
      lowestLine: counts.get(3 * number + 1),
      highestLine: counts.get(3 * number + 2),
      lowest: bounds.get(4 * number),
      highest: bounds.get(4 * number + 1),
      above: bounds.get(4 * number + 2),
      below: bounds.get(4 * number + 3),
    }),
    set(number: number, group: Group): void {
      kinds.set(3 * number, assayTypes.indexOf(group.assayType));
      kinds.set(3 * number + 1, scales.indexOf(group.scale));
      kinds.set(3 * number + 2, group.agreeing ? 1 : 0);
      counts.set(3 * number, group.measurements);
      counts.set(3 * number + 1, group.lowestLine);
      counts.set(3 * number + 2, group.highestLine);
      bounds.set(4 * number, group.lowest);
      bounds.set(4 * number + 1, group.highest);
      bounds.set(4 * number + 2, group.above);
      bounds.set(4 * number + 3, group.below);
      size = Math.max(size, number + 1);
    },
    letGo(): void {
      for (const kept of [bounds, counts, kinds]) kept.letGo();
    },
  };
}

const relations: readonly Measurement['relation'][] = ['=', '<', '>'];
const assayTypes = Object.keys(rules) as readonly AssayType[];
const scales: readonly Scale[] = scale.options;
const marked = 0x80000000;

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

/** Multiplicative hash, mixed at the end (MurmurHash3). */
function textHash(text: string): number {
  let hash = 0xdeadbeef;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 2654435761) ^ (hash >>> 15);
  hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
  return (hash ^ (hash >>> 13)) >>> 0;
}
