/** Preview and import of a file: the same rows through the same code, kept nowhere or staged and committed in one step. */
import { basename } from 'node:path';
import { commitBatch, purgeBatch, purgeStaleBatches, stageBatch } from '../catalog/batches.ts';
import { measurementStager, type StagedMeasurement } from '../catalog/measurements.ts';
import type { Catalog } from '../catalog/open.ts';
import { findingStager } from '../catalog/rejected-rows.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { CheckReport, ImportOutcome, Inspection, Mapping, RowFinding } from '../contract/intake.ts';
import type { Control } from '../contract/progress.ts';
import { checkFile, noSink, type Sink } from './check.ts';
import { isSettled } from './decisions.ts';
import { inspectFile } from './inspect.ts';

export type ImportOrder = {
  readonly path: string;
  /** As the person knows the file; the path's last part when absent. */
  readonly name?: string | undefined;
  /** The proposal when absent or null. */
  readonly mapping?: Mapping | null | undefined;
  readonly person: string;
  /** Bring in again what a committed batch holds already. */
  readonly again?: boolean | undefined;
};

/** Every row of the file through the import's own code; stores nothing. */
export const previewImport = (path: string, mapping: Mapping, control: Control): Promise<CheckReport> =>
  checkFile(path, mapping, noSink, control);

/**
 * Brings a file into the catalog as one batch. Where something is open it stops with `needs-decision`, where the file is
 * there already with `refused`; both leave nothing behind, as do a cancel and a kill.
 * @throws FILE_UNREADABLE, FORMAT_UNKNOWN, MAPPING_INCOMPLETE, CANCELLED
 */
export async function importFile(workspace: Workspace, order: ImportOrder, control: Control): Promise<ImportOutcome> {
  const { catalog } = workspace;
  const name = order.name ?? basename(order.path);
  const mapping = order.mapping ?? undefined;
  purgeStaleBatches(catalog);
  const given = mapping && { mapping, reading: mapping.reading };
  const inspection = await inspectFile(order.path, { name, catalog, ...given }, control);
  const asked = inspection.decisions.filter(({ kind }) => kind !== 'seen-before' || order.again !== true);
  const outcome = { ...describe(inspection), decisions: asked };

  const seen = asked.find(({ kind }) => kind === 'seen-before');
  if (seen !== undefined) {
    const refusal = { key: 'seen-before', batchId: Number(seen.data.batch) } as const;
    return { ...outcome, outcome: 'refused', refusal, batchId: null, report: nothingRead };
  }
  if (!isSettled(asked)) {
    const readable = inspection.required.every(({ state, target }) => state !== 'missing' || target === 'unit');
    const report = readable ? await previewImport(order.path, inspection.mapping, control) : nothingRead;
    return { ...outcome, outcome: 'needs-decision', refusal: null, batchId: null, report };
  }

  const { batchId, report } = await stageFile(catalog, order, inspection, control);
  if (batchId === null) {
    const refusal = { key: 'nothing-to-store', batchId: null } as const;
    return { ...outcome, outcome: 'refused', refusal, batchId, report };
  }
  return { ...outcome, outcome: 'imported', refusal: null, batchId, report };
}

async function stageFile(
  catalog: Catalog,
  { path, person }: ImportOrder,
  { file, reading, mapping }: Inspection,
  control: Control,
): Promise<{ readonly batchId: number | null; readonly report: CheckReport }> {
  const { name, sha256, bytes } = file;
  const { format, encoding, delimiter, sheet } = reading;
  const source = { name, sha256, bytes, format, encoding, delimiter, sheet };
  const batchId = stageBatch(catalog, source, mapping, person, new Date());
  try {
    const sink = stagingSink(catalog, batchId);
    const report = await checkFile(path, mapping, sink, control);
    sink.finish();
    if (report.measurements === 0) {
      purgeBatch(catalog, batchId);
      return { batchId: null, report };
    }
    commitBatch(catalog, batchId, report, new Date());
    return { batchId, report };
  } catch (error) {
    purgeBatch(catalog, batchId);
    throw error;
  }
}

const chunk = 4000;

function stagingSink(catalog: Catalog, batchId: number): Sink & { readonly finish: () => void } {
  const addMeasurement = measurementStager(catalog, batchId);
  const addFinding = findingStager(catalog, batchId);
  let measurements: StagedMeasurement[] = [];
  let findings: RowFinding[] = [];
  const write = () => {
    inOneTransaction(catalog, () => {
      for (const measurement of measurements) addMeasurement(measurement);
      for (const finding of findings) addFinding(finding);
    });
    measurements = [];
    findings = [];
  };
  return {
    measurement: (line, measurement) => {
      measurements.push({ ...measurement, line });
    },
    finding: (finding) => {
      findings.push(finding);
    },
    flush: () => {
      if (measurements.length + findings.length >= chunk) write();
    },
    finish: write,
  };
}

const describe = ({ file, reading, mapping, proposals }: Inspection) => ({
  file: {
    name: file.name,
    sha256: file.sha256,
    format: reading.format,
    encoding: reading.encoding,
    delimiter: reading.delimiter,
    sheet: reading.sheet,
  },
  mapping,
  proposals,
});

const nothingRead: CheckReport = {
  rows: { in: 0, ready: 0, warned: 0, rejected: 0, ignored: 0 },
  measurements: 0,
  censored: 0,
  compounds: 0,
  assays: 0,
  groups: [],
};
