/** The one way from rows to measurements that preview and import share: every row counted once, every doubt grouped by its cause. */
import { basename } from 'node:path';
import { knownAssays } from '../catalog/assays.ts';
import {
  type CheckReport,
  type FindingGroup,
  type Mapping,
  noReplicates,
  type Repair,
  type RowFinding,
  type RowReason,
  type UnlistedAssay,
} from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { givenCells, tellingCorrections } from './corrections.ts';
import { seenTexts } from './distinct.ts';
import { fileStem } from './file-stem.ts';
import {
  type Compound,
  type Finding,
  type GivenForm,
  type Interpretation,
  interpreter,
  type Measurement,
} from './interpret.ts';
import { type Row, shortened } from './raw-row.ts';
import { replicateCounter } from './replicates.ts';
import { scanLimit } from './scan.ts';
import { type Companions, openStructures } from './structure-source.ts';
import { openMapped } from './table.ts';

/** Where the rows go: nowhere for a preview, into the staged batch for an import. */
export type Sink = {
  readonly measurement: (line: number, measurement: Measurement) => void;
  /** Of a row without values. */
  readonly compound: (line: number, compound: Compound) => void;
  readonly finding: (finding: RowFinding) => void;
  /** After each block of rows. */
  readonly flush: () => void | Promise<void>;
};

export const noSink: Sink = { measurement: () => {}, compound: () => {}, finding: () => {}, flush: () => {} };

/** What a check may read and ask besides the file. */
export type CheckOptions = Companions & {
  /** g/mol of structures, in their order; undefined where one cannot be weighed. */
  readonly weigh?: Weigh | undefined;
  /** As the person knows the file; the path's last part when absent. */
  readonly name?: string | undefined;
};

export type Weigh = (structures: readonly GivenForm[]) => Promise<readonly (number | undefined)[]>;

/** @throws FILE_UNREADABLE, MAPPING_INCOMPLETE, CANCELLED, INPUT_INVALID */
export async function checkFile(
  path: string,
  mapping: Mapping,
  sink: Sink,
  control: Control,
  options: CheckOptions = {},
): Promise<CheckReport> {
  const table = await openMapped(path, mapping);
  const structures = await openStructures(path, mapping, options, control);
  const weights = weightMemory(options.weigh);
  const stem = fileStem(options.name ?? basename(path));
  const known = new Map(options.catalog && knownAssays(options.catalog).map((assay) => [assay.code, assay]));
  const around = { structures, weightOf: weights.of, fileStem: stem, knownAssays: known };
  const interpret = tellingCorrections(interpreter(mapping, table.columns, around), table.columns);
  const tally = newTally(mapping);
  const rowsSeen = seenTexts();
  for await (const block of table.rows) {
    stopIfAsked(control);
    const interpreted: Interpretation[] = [];
    const unweighed: GivenForm[] = [];
    for (const row of block) {
      const found = repeated(row, mapping, rowsSeen) ?? interpret(row);
      interpreted.push(found);
      if (found.unweighed !== undefined) unweighed.push(found.unweighed);
    }
    const learnt = unweighed.length > 0 && (await weights.learn(unweighed));
    for (let at = 0; at < block.length; at += 1) {
      const row = block[at]!;
      const before = interpreted[at]!;
      const found = tally.count(row, learnt && before.unweighed !== undefined ? interpret(row) : before);
      for (const measurement of found.measurements) sink.measurement(row.line, measurement);
      if (found.compound !== undefined) sink.compound(row.line, found.compound);
      for (const finding of found.findings) {
        if (finding.severity !== 'ignored') sink.finding({ ...finding, line: row.line, cells: [...givenCells(row)] });
      }
    }
    await sink.flush();
    const done = tally.rows();
    control.report({ step: 'import.rows', done, total: Math.round(done / Math.max(table.share(), 1e-6)) });
  }
  rowsSeen.letGo();
  return { ...tally.report(), join: structures?.report() ?? null };
}

const rememberedWeights = 50_000;

function weightMemory(weigh: Weigh | undefined): {
  readonly of: (form: GivenForm) => number | undefined;
  readonly learn: (forms: readonly GivenForm[]) => Promise<boolean>;
} {
  const known = new Map<string, number | undefined>();
  return {
    of: ({ text }) => known.get(text),
    async learn(forms) {
      if (weigh === undefined) return false;
      const fresh = [...new Map(forms.map((form) => [form.text, form])).values()].filter(
        ({ text }) => !known.has(text),
      );
      if (known.size + fresh.length > rememberedWeights) known.clear();
      const weights = fresh.length === 0 ? [] : await weigh(fresh);
      for (const [at, { text }] of fresh.entries()) known.set(text, weights[at]);
      return true;
    },
  };
}

/** The very same cells, used or not: a value measured again on another day differs in its date. */
function repeated(row: Row, mapping: Mapping, seen: ReturnType<typeof seenTexts>): Interpretation | undefined {
  if (mapping.duplicates === 'keep' || row.problem !== undefined) return undefined;
  if (row.cells.every((cell) => cell.trim() === '')) return undefined;
  const line = seen.add(row.cells, row.line);
  if (line === undefined) return undefined;
  const finding: Finding = {
    column: '',
    found: '',
    expected: { key: 'new-row', data: { line } },
    reason: 'duplicate-row',
    severity: 'ignored',
  };
  return { state: 'ignored', measurements: [], findings: [finding] };
}

/** For showing: the row as it stands, a mol block by its first lines, since its coordinates say nothing to a reader. */
export const shownFinding = (finding: RowFinding): RowFinding => ({
  ...finding,
  cells: finding.cells.map((cell) => (cell.includes('\n') ? shortened(cell) : shortened(cell, 2000))),
});

const examplesShown = 50;
const spellingsCounted = 1000;

type Group = {
  readonly reason: RowReason;
  readonly severity: FindingGroup['severity'];
  rows: number;
  lastLine: number;
  readonly found: Map<string, number>;
  readonly examples: RowFinding[];
};

function newTally(mapping: Mapping): {
  /** @returns the row as it was counted, with the doubt that its assay may raise */
  readonly count: (row: Row, found: Interpretation) => Interpretation;
  readonly rows: () => number;
  readonly report: () => CheckReport;
} {
  const rows = { in: 0, ready: 0, warned: 0, rejected: 0, ignored: 0 };
  const groups = new Map<string, Group>();
  const replicates = replicateCounter();
  const assays = new Set<string>();
  const listed = new Set(mapping.assays.map(({ code }) => code));
  const typed = mapping.columns.some(({ target }) => target === 'assay-type');
  const unlisted = new Map<string, UnlistedAssay>();
  let measurements = 0;
  let censored = 0;
  let duplicates = 0;

  function note(row: Row, finding: Finding): void {
    const key = `${finding.severity}:${finding.reason}`;
    let group = groups.get(key);
    if (group === undefined) {
      const { reason, severity } = finding;
      group = { reason, severity, rows: 0, lastLine: 0, found: new Map(), examples: [] };
      groups.set(key, group);
    }
    if (group.lastLine !== row.line) group.rows += 1;
    group.lastLine = row.line;
    const spelling = finding.reason === 'unknown-category' ? `${finding.column}\n${finding.found}` : finding.found;
    const times = group.found.get(spelling);
    if (times !== undefined || group.found.size < spellingsCounted) group.found.set(spelling, (times ?? 0) + 1);
    if (group.examples.length < (row.cells.length > 100 ? 5 : examplesShown)) {
      group.examples.push(shownFinding({ ...finding, line: row.line, cells: [...row.cells] }));
    }
  }

  /**
   * An assay that first stands below the rows that the mapping was proposed from: its type and scale were taken without
   * anybody having seen it. Its first row says so, and the report lists it.
   */
  function newAssays(found: readonly Measurement[]): readonly Finding[] {
    if (rows.in <= scanLimit) return noFindings;
    const doubts: Finding[] = [];
    for (const { assay, assayType, scale } of found) {
      if (listed.has(assay)) continue;
      const known = unlisted.get(assay);
      if (known !== undefined) {
        known.rows += 1;
        continue;
      }
      unlisted.set(assay, { code: assay, rows: 1, assayType, scale });
      if (typed) continue;
      const column = mapping.columns.find(({ target }) => target === 'assay')?.column ?? '';
      const expected = { key: 'listed-assay', data: { assayType, scale } } as const;
      doubts.push({ column, found: shortened(assay), expected, reason: 'unlisted-assay', severity: 'warned' });
    }
    return doubts;
  }

  return {
    rows: () => rows.in,
    count(row, given) {
      rows.in += 1;
      const doubts = newAssays(given.measurements);
      const interpretation: Interpretation =
        doubts.length === 0 ? given : { ...given, state: 'warned', findings: [...given.findings, ...doubts] };
      rows[interpretation.state] += 1;
      for (const finding of interpretation.findings) {
        if (finding.reason === 'duplicate-row') duplicates += 1;
        note(row, finding);
      }
      for (const measurement of given.measurements) {
        measurements += 1;
        if (measurement.relation !== '=') censored += 1;
        replicates.add(measurement, row.line);
        assays.add(measurement.assay);
      }
      if (given.compound !== undefined) replicates.addCompound(given.compound, row.line);
      return interpretation;
    },
    report: () => ({
      rows,
      measurements,
      censored,
      compounds: replicates.compounds(),
      assays: assays.size,
      groups: [...groups.values()].sort(blockersFirst).map(toFindingGroup),
      replicates: replicates.report(duplicates),
      join: null,
      unlistedAssays: [...unlisted.values()].sort((a, b) => b.rows - a.rows).slice(0, unlistedShown),
    }),
  };
}

const unlistedShown = 1000;
const noFindings: readonly Finding[] = [];

/** Of a file that was not read: everything is counted, and nothing is there. */
export const nothingChecked: CheckReport = {
  rows: { in: 0, ready: 0, warned: 0, rejected: 0, ignored: 0 },
  measurements: 0,
  censored: 0,
  compounds: 0,
  assays: 0,
  groups: [],
  replicates: noReplicates,
  join: null,
  unlistedAssays: [],
};

const order = { rejected: 0, warned: 1, ignored: 2 } as const;
const blockersFirst = (a: Group, b: Group): number => order[a.severity] - order[b.severity] || b.rows - a.rows;

function toFindingGroup({ reason, severity, rows, found, examples }: Group): FindingGroup {
  const frequent = [...found].sort(([, a], [, b]) => b - a);
  return {
    reason,
    severity,
    rows,
    found: frequent[0]?.[0].split('\n').at(-1) ?? '',
    repairs: repairsFor(reason, frequent, rows),
    examples,
  };
}

/** Changes of the mapping that settle the cause; the three most frequent spellings, each with the rows it touches. */
function repairsFor(reason: RowReason, found: readonly (readonly [string, number])[], rows: number): Repair[] {
  const frequent = found.slice(0, 3);
  switch (reason) {
    case 'not-a-number':
      return frequent.map(([spelling, times]) => ({ kind: 'leave-out', spelling, rows: times }));
    case 'unknown-unit':
      return frequent.map(([spelling, times]) => ({ kind: 'read-unit-as', spelling, unit: null, rows: times }));
    case 'unknown-relation':
      return frequent.map(([spelling, times]) => ({ kind: 'read-relation-as', spelling, relation: null, rows: times }));
    case 'unknown-category':
      return frequent.map(([where, times]) => {
        const [column = '', spelling = ''] = where.split('\n');
        return { kind: 'read-category-as', column, spelling, label: null, rows: times };
      });
    case 'two-structures':
      return (['first', 'last'] as const).map((conflicts) => ({ kind: 'take-structure', conflicts, rows }));
    case 'unlisted-assay':
      return [{ kind: 'list-assays', rows }];
    case 'broken-quote':
      return [{ kind: 'quotes-are-characters', rows }];
    default:
      return [{ kind: 'keep', rows }];
  }
}
