/** The one way from rows to measurements that preview and import share: every row counted once, every doubt grouped by its cause. */
import type { CheckReport, FindingGroup, Mapping, Repair, RowFinding, RowReason } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { seenTexts } from './distinct.ts';
import { type Finding, type Interpretation, interpreter, type Measurement } from './interpret.ts';
import { type Row, shortened } from './raw-row.ts';
import { openMapped } from './table.ts';

/** Where the rows go: nowhere for a preview, into the staged batch for an import. */
export type Sink = {
  readonly measurement: (line: number, measurement: Measurement) => void;
  readonly finding: (finding: RowFinding) => void;
  /** After each block of rows. */
  readonly flush: () => void;
};

export const noSink: Sink = { measurement: () => {}, finding: () => {}, flush: () => {} };

/** @throws FILE_UNREADABLE, MAPPING_INCOMPLETE, CANCELLED */
export async function checkFile(path: string, mapping: Mapping, sink: Sink, control: Control): Promise<CheckReport> {
  const table = await openMapped(path, mapping);
  const interpret = interpreter(mapping, table.columns);
  const tally = newTally();
  const rowsSeen = seenTexts();
  for await (const block of table.rows) {
    stopIfAsked(control);
    for (const row of block) {
      const found = repeated(row, mapping, rowsSeen) ?? interpret(row);
      tally.count(row, found);
      for (const measurement of found.measurements) sink.measurement(row.line, measurement);
      for (const finding of found.findings) {
        if (finding.severity !== 'ignored') sink.finding(toRowFinding(row, finding));
      }
    }
    sink.flush();
    const done = tally.rows();
    control.report({ step: 'import.rows', done, total: Math.round(done / Math.max(table.share(), 1e-6)) });
  }
  return tally.report();
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

/** The row as it stands; a mol block by its first lines, since its coordinates say nothing to a reader. */
const toRowFinding = (row: Row, finding: Finding): RowFinding => ({
  ...finding,
  line: row.line,
  cells: row.cells.map((cell) => (cell.includes('\n') ? shortened(cell) : shortened(cell, 2000))),
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

function newTally(): {
  readonly count: (row: Row, found: Interpretation) => void;
  readonly rows: () => number;
  readonly report: () => CheckReport;
} {
  const rows = { in: 0, ready: 0, warned: 0, rejected: 0, ignored: 0 };
  const groups = new Map<string, Group>();
  const compounds = seenTexts();
  const assays = new Set<string>();
  let measurements = 0;
  let censored = 0;

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
    const times = group.found.get(finding.found);
    if (times !== undefined || group.found.size < spellingsCounted) group.found.set(finding.found, (times ?? 0) + 1);
    if (group.examples.length < (row.cells.length > 100 ? 5 : examplesShown)) {
      group.examples.push(toRowFinding(row, finding));
    }
  }

  return {
    rows: () => rows.in,
    count(row, { state, measurements: found, findings }) {
      rows.in += 1;
      rows[state] += 1;
      for (const finding of findings) note(row, finding);
      for (const { companyId, assay, relation } of found) {
        measurements += 1;
        if (relation !== '=') censored += 1;
        compounds.add([companyId], row.line);
        assays.add(assay);
      }
    },
    report: () => ({
      rows,
      measurements,
      censored,
      compounds: compounds.size(),
      assays: assays.size,
      groups: [...groups.values()].sort(blockersFirst).map(toFindingGroup),
    }),
  };
}

const order = { rejected: 0, warned: 1, ignored: 2 } as const;
const blockersFirst = (a: Group, b: Group): number => order[a.severity] - order[b.severity] || b.rows - a.rows;

function toFindingGroup({ reason, severity, rows, found, examples }: Group): FindingGroup {
  const frequent = [...found].sort(([, a], [, b]) => b - a);
  return {
    reason,
    severity,
    rows,
    found: frequent[0]?.[0] ?? '',
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
    case 'unit-needs-weight':
      return frequent.map(([spelling, times]) => ({ kind: 'read-unit-as', spelling, unit: null, rows: times }));
    case 'broken-quote':
      return [{ kind: 'quotes-are-characters', rows }];
    default:
      return [{ kind: 'keep', rows }];
  }
}
