/** Preview and import of a file: the same rows through the same code, kept nowhere or staged and committed in one step. */
import { hash } from 'node:crypto';
import { basename } from 'node:path';
import { catalogueState } from '../catalog/batches.ts';
import { stagedStructureKeys } from '../catalog/compounds.ts';
import { structureKey } from '../catalog/measurements.ts';
import type { Catalog } from '../catalog/open.ts';
import {
  type BatchCompounds,
  batchStager,
  beginBatch,
  commitBatch,
  prepareCommit,
  purgeBatch,
  purgeStaleBatches,
  type Staged,
  stagedBatch,
} from '../catalog/staging.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { CheckReport, ImportOutcome, Inspected, Inspection, Mapping, RowFinding } from '../contract/intake.ts';
import { type Control, isPutOff, stopIfAsked } from '../contract/progress.ts';
import { type CheckOptions, checkFile, noSink, nothingChecked, type Sink, type Weigh } from './check.ts';
import { heldCompounds } from './compounds-held.ts';
import { isSettled } from './decisions.ts';
import { numberedTexts } from './distinct.ts';
import { inspectFile } from './inspect.ts';
import { stateOfInspection } from './inspected.ts';
import type { Compound } from './interpret.ts';
import { partOf } from './part.ts';
import { type FileWatch, watchFile } from './same-file.ts';

export type ImportOrder = {
  readonly path: string;
  /** As the person knows the file; the path's last part when absent. */
  readonly name?: string | undefined;
  /** The proposal when absent or null. */
  readonly mapping?: Mapping | null | undefined;
  readonly person: string;
  /** Path of the second file, where the mapping joins one or may be proposed to. */
  readonly companion?: string | null | undefined;
  /** As the person knows it. */
  readonly companionName?: string | undefined;
  /** g/mol of structures, where a mass per volume needs it. */
  readonly weigh?: Weigh | undefined;
  /** Bring in again what a committed batch holds already. */
  readonly again?: boolean | undefined;
  /** Token of the draft that ends with the commit. */
  readonly draft?: string | undefined;
  /** Version of the application: another one may read the same rows in another way. */
  readonly program?: string | undefined;
  /** What a person was shown of this mapping; looked at again where it no longer holds. */
  readonly inspected?: Inspected | undefined;
};

/** Every row of the file through the import's own code; stores nothing. */
export const previewImport = (
  path: string,
  mapping: Mapping,
  control: Control,
  options: CheckOptions = {},
): Promise<CheckReport> => checkFile(path, mapping, noSink, control, options);

/**
 * Brings a file into the catalog as one batch. Where something is open it stops with `needs-decision`, where the file is
 * there already with `refused`; both leave nothing behind, as does a cancel. After a kill, or when it was only put off, the
 * same order goes on with what is staged and ends with the report of an undisturbed import.
 * @throws FILE_UNREADABLE, FORMAT_UNKNOWN, MAPPING_INCOMPLETE, CANCELLED
 */
export async function importFile(workspace: Workspace, order: ImportOrder, control: Control): Promise<ImportOutcome> {
  const { catalog } = workspace;
  const { weigh, companion, name = basename(order.path) } = order;
  const options = { name, catalog, companion, weigh };
  const watch = await watchFile(order.path);
  const inspection = (await foundBefore(order, catalog)) ?? (await inspectOrder(order, name, catalog, control));
  const fingerprint = fingerprintOf(inspection, order, catalog);
  purgeStaleBatches(catalog, fingerprint);
  const asked = askedOf(inspection, order.again);
  const outcome = { ...describe(inspection), decisions: asked };

  const seen = asked.find(({ kind }) => kind === 'seen-before');
  if (seen !== undefined) {
    const refusal = { key: 'seen-before', batchId: Number(seen.data.batch) } as const;
    return { ...outcome, outcome: 'refused', refusal, batchId: null, report: nothingChecked };
  }
  if (!isSettled(asked)) {
    const readable = inspection.required.every(({ state, target }) => state !== 'missing' || target === 'unit');
    const report = readable ? await previewImport(order.path, inspection.mapping, control, options) : nothingChecked;
    return { ...outcome, outcome: 'needs-decision', refusal: null, batchId: null, report };
  }

  const { batchId, report } = await stageFile(catalog, order, inspection, fingerprint, watch, control);
  if (batchId === null) {
    const refusal = { key: 'nothing-to-store', batchId: null } as const;
    return { ...outcome, outcome: 'refused', refusal, batchId, report };
  }
  return { ...outcome, outcome: 'imported', refusal: null, batchId, report };
}

type Found = Pick<Inspection, 'file' | 'reading' | 'mapping' | 'proposals' | 'required' | 'decisions'>;

async function foundBefore({ path, companion, mapping, inspected, program, again }: ImportOrder, catalog: Catalog) {
  if (mapping == null || inspected === undefined || !isSettled(askedOf(inspected, again))) return undefined;
  const state = await stateOfInspection([path, companion], catalog, program);
  if (state === '' || state !== inspected.state) return undefined;
  const { file, proposals, decisions } = inspected;
  return { file, proposals, decisions, mapping, reading: mapping.reading, required: [] } satisfies Found;
}

function inspectOrder(
  { path, mapping, companion, companionName, weigh }: ImportOrder,
  name: string,
  catalog: Catalog,
  control: Control,
): Promise<Found> {
  const given = mapping && { mapping, reading: mapping.reading };
  const second = companion ? { companion: { path: companion, name: companionName ?? basename(companion) } } : {};
  return inspectFile(path, { name, catalog, weigh, ...second, ...given }, control);
}

const askedOf = ({ decisions }: Pick<Inspection, 'decisions'>, again: boolean | undefined): Inspection['decisions'] =>
  decisions.filter(({ kind }) => kind !== 'seen-before' || again !== true);

/** All that decides what the rows become: a second file by its fingerprint, which stands in the mapping, a catalogue by its batches. */
function fingerprintOf({ file, mapping }: Found, { person, program }: ImportOrder, catalog: Catalog): string {
  const known = mapping.join?.kind === 'catalogue' ? catalogueState(catalog) : null;
  return hash('sha256', JSON.stringify([file.sha256, file.name, mapping, person, program ?? null, known]), 'hex');
}

async function stageFile(
  catalog: Catalog,
  { path, person, draft, companion, weigh }: ImportOrder,
  { file, reading, mapping }: Found,
  fingerprint: string,
  watch: FileWatch,
  control: Control,
): Promise<{ readonly batchId: number | null; readonly report: CheckReport }> {
  const { name, sha256, bytes } = file;
  const { format, encoding, delimiter } = reading;
  const source = { name, sha256, bytes, format, encoding, delimiter, sheet: partOf(reading) };
  const order = { source, mapping, person, fingerprint };
  const found = stagedBatch(catalog, fingerprint);
  let staged = found ?? beginBatch(catalog, { ...order, now: new Date() });
  try {
    let sink = stagingSink(catalog, staged);
    let report = await checkFile(path, mapping, sink, control, { name, catalog, companion, weigh });
    if (!sink.goesOn()) {
      // What was staged came from other rows after all: it is worth nothing.
      purgeBatch(catalog, staged.batchId);
      staged = beginBatch(catalog, { ...order, now: new Date() });
      sink = stagingSink(catalog, staged);
      report = await checkFile(path, mapping, sink, control, { name, catalog, companion, weigh });
    }
    await watch.refuseOther(sha256, 'changed', control);
    const compounds = sink.finish();
    if (report.compounds === 0) {
      purgeBatch(catalog, staged.batchId);
      return { batchId: null, report };
    }
    for (const share of prepareCommit(catalog, staged.batchId)) {
      control.report({
        step: 'import.commit',
        done: Math.round(share * report.measurements),
        total: report.measurements,
      });
      await heard(control);
    }
    const assays = { listed: mapping.assays, found: report.unlistedAssays };
    commitBatch(catalog, staged.batchId, { totals: report, compounds, assays, now: new Date(), draft });
    return { batchId: staged.batchId, report };
  } catch (error) {
    if (!isPutOff(control.signal)) purgeBatch(catalog, staged.batchId);
    throw error;
  }
}

/** Measurements and findings of one transaction: short enough that nobody who writes beside it has to wait for long. */
const piece = 20_000;
/** Of the rows that findings keep whole, such as records of an SDF. */
const pieceCharacters = 16 * 1024 * 1024;

/** Bytes of compounds that wait in memory for the commit; beyond that they are staged as well. */
const heldAtMost = 1 << 25;

/**
 * The rows' way into the staged batch. Rows come in the same order each time, so that an import which goes on after a
 * kill leaves out as many measurements and findings as are staged, and knows by the last one that they are the same.
 */
function stagingSink(
  catalog: Catalog,
  staged: Staged,
): Sink & { readonly finish: () => BatchCompounds; readonly goesOn: () => boolean } {
  const stager = batchStager(catalog, staged.batchId);
  const numbers = numberedTexts();
  const keyOf = stagedStructureKeys(catalog, staged.batchId);
  const compounds = heldCompounds();
  let before: { readonly number: number; readonly compound: Compound } | undefined;
  let findings: RowFinding[] = [];
  let charactersHeld = 0;
  let repeatedMeasurements = 0;
  let repeatedFindings = 0;
  let same = true;
  const writeOut = () => {
    stager.write(compounds.bytes() > heldAtMost ? compounds.take() : [], findings);
    findings = [];
    charactersHeld = 0;
  };

  function compoundOf(line: number, compound: Compound): number {
    const { companyId, structure, structureKind } = compound;
    // Rows of one compound often stand together.
    if (before?.compound.companyId === companyId && before.compound.structure === structure) return before.number;
    const known = numbers.size();
    const number = numbers.number([companyId, structureKind, structure]);
    before = { number, compound };
    if (number !== known) return number;
    if (number < staged.compounds) same &&= keyOf(number) === structureKey(structureKind, structure);
    else compounds.add({ number, companyId, structure, structureKind, line });
    return number;
  }

  return {
    measurement(line, measurement) {
      const compound = compoundOf(line, measurement);
      if (repeatedMeasurements < staged.measurements) {
        repeatedMeasurements += 1;
        if (repeatedMeasurements === staged.measurements) {
          const { last } = staged;
          same &&= last?.line === line && last.compound === compound && last.value === measurement.value;
        }
        return;
      }
      stager.add(line, compound, measurement);
    },
    compound: compoundOf,
    finding(finding) {
      if (repeatedFindings < staged.findings) repeatedFindings += 1;
      else {
        findings.push(finding);
        for (const cell of finding.cells) charactersHeld += cell.length;
      }
    },
    flush() {
      const much = stager.waiting() + findings.length >= piece || charactersHeld >= pieceCharacters;
      if (same && (much || compounds.bytes() > heldAtMost)) writeOut();
    },
    goesOn: () =>
      same &&
      repeatedMeasurements === staged.measurements &&
      repeatedFindings === staged.findings &&
      numbers.size() >= staged.compounds,
    finish: () => {
      writeOut();
      numbers.letGo();
      return { count: numbers.size(), waiting: compounds.take() };
    },
  };
}

/** Lets a cancel come in between two steps that do not wait for anything themselves. */
async function heard(control: Control): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  stopIfAsked(control);
}

const describe = ({ file, reading, mapping, proposals }: Found) => ({
  file: {
    name: file.name,
    sha256: file.sha256,
    format: reading.format,
    encoding: reading.encoding,
    delimiter: reading.delimiter,
    sheet: partOf(reading),
  },
  mapping,
  proposals,
});
