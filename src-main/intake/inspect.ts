/** A file looked at before anything is decided: how it is read, what its columns are, why, and what remains to be asked. */
import { basename } from 'node:path';
import { listAssays } from '../catalog/assays.ts';
import { batchesOfFile } from '../catalog/batches.ts';
import type { Catalog } from '../catalog/open.ts';
import type { AssayProposal, Inspection, Mapping, Reading } from '../contract/intake.ts';
import type { Control } from '../contract/progress.ts';
import { type KnownAssay, proposeAssay } from './assay-types.ts';
import { openDecisions, requiredTargets, unitSpellings } from './decisions.ts';
import type { ColumnProfile } from './profile.ts';
import { type ColumnsProposal, explainColumns, proposeColumns, proposedUnits } from './proposal.ts';
import { type FoundReading, findReading, type ReadingByHand } from './reading.ts';
import { type Scan, scanFile } from './scan.ts';
import { type Trial, tryMapping } from './trial.ts';

export type InspectOptions = {
  /** As the person knows the file; the path's last part when absent. */
  readonly name?: string;
  /** Parts of the reading set by hand. */
  readonly reading?: ReadingByHand;
  /** Asks about this mapping instead of proposing one. */
  readonly mapping?: Mapping;
  /** To know assays and files that are there already. */
  readonly catalog?: Catalog;
  /** To answer the next question about the same file without reading it again. */
  readonly memory?: InspectionMemory;
};

/** Scans of the last files, by path and reading. */
export type InspectionMemory = Map<string, Promise<{ readonly found: FoundReading; readonly scan: Scan }>>;

const remembered = 4;

/** @throws FILE_UNREADABLE, FORMAT_UNKNOWN, MAPPING_INCOMPLETE, CANCELLED */
export async function inspectFile(path: string, options: InspectOptions, control: Control): Promise<Inspection> {
  const { catalog, mapping: given } = options;
  const name = options.name ?? basename(path);
  const { found, scan } = await scannedUnder(path, options, control);
  const columns = proposeColumns(scan.columns, scan.reading);
  const draft = given === undefined ? proposedMapping(scan, columns) : { ...given, reading: scan.reading };
  const trial = await tryMapping(path, draft, control);
  const assays = proposeAssays(draft, trial, catalog);
  const spellings = unitSpellings(draft, trial, assays, given !== undefined);
  const mapping: Mapping = {
    ...draft,
    units: given === undefined ? settledUnits(spellings) : draft.units,
    assays: assays.map(({ code, assayType, scale }) => ({ code, assayType, scale })),
  };
  const proposals = explainColumns(mapping.columns, columns.columns);
  const required = requiredTargets(mapping, proposals);
  const seenBefore = catalog === undefined ? [] : batchesOfFile(catalog, found.survey.sha256);
  return {
    file: {
      name,
      bytes: found.survey.bytes,
      sha256: found.survey.sha256,
      compressed: found.survey.compressed,
      seenBefore: [...seenBefore],
    },
    reading: scan.reading,
    readingReasons: [...scan.reasons, layoutReason(mapping, columns)],
    sheets: found.sheets,
    members: found.members,
    scanned: { rows: scan.rows, whole: scan.whole },
    rows: scan.estimatedRows,
    columns: scan.columns.map(toColumn),
    mapping,
    proposals,
    required,
    unitSpellings: spellings,
    assays,
    conversions: [...trial.conversions],
    decisions: openDecisions({
      scan,
      mapping,
      proposals,
      required,
      spellings,
      otherSheets: given === undefined ? found.otherSheets : [],
      otherMembers: given === undefined ? found.otherMembers : [],
      seenBefore,
      fileStem: fileStem(name),
      byHand: given !== undefined,
    }),
    titleRows: [...scan.titleRows],
    rawRows: [...scan.rawRows],
  };
}

/** Where the mapping reads the file as it was found to be read, its parts keep their reasons. */
async function scannedUnder(path: string, { reading = {}, mapping, memory }: InspectOptions, control: Control) {
  const asFound = await scanned(path, reading, memory, control);
  if (mapping === undefined) return asFound;
  const parts = Object.entries(mapping.reading).filter(
    ([part, value]) => asFound.scan.reading[part as keyof Reading] !== value,
  );
  return parts.length === 0 ? asFound : scanned(path, { ...reading, ...Object.fromEntries(parts) }, memory, control);
}

async function scanned(
  path: string,
  reading: ReadingByHand,
  memory: InspectionMemory | undefined,
  control: Control,
): Promise<{ readonly found: FoundReading; readonly scan: Scan }> {
  const read = async () => {
    const found = await findReading(path, reading, control);
    return { found, scan: await scanFile(path, found, reading, control) };
  };
  if (memory === undefined) return read();
  const key = JSON.stringify([path, reading]);
  const before = memory.get(key);
  if (before !== undefined) return before;
  const now = read();
  memory.set(key, now);
  now.catch(() => memory.delete(key));
  for (const oldest of [...memory.keys()].slice(0, -remembered)) memory.delete(oldest);
  return now;
}

function proposedMapping(scan: Scan, { layout, columns }: ColumnsProposal): Mapping {
  const unitColumn = columns.find(({ target }) => target === 'unit')?.column;
  const used = new Set(columns.filter(({ target }) => target !== 'unused').map(({ column }) => column));
  const missing = scan.columns.filter(({ name }) => used.has(name)).flatMap((column) => [...column.missing.keys()]);
  return {
    version: 1,
    reading: scan.reading,
    layout,
    columns: columns.map(({ column, target, unit, assay }) => ({ column, target, unit, assay })),
    constants: { assay: null, unit: null },
    units: proposedUnits(scan.columns.find(({ name }) => name === unitColumn)?.spellings.keys() ?? []),
    missing: [...new Set(missing.map((spelling) => spelling.trim()))],
    assays: [],
    duplicates: 'count-once',
  };
}

function proposeAssays(mapping: Mapping, trial: Trial, catalog: Catalog | undefined): AssayProposal[] {
  const known = new Map<string, KnownAssay>(
    catalog === undefined ? [] : listAssays(catalog).map((assay) => [assay.code, assay]),
  );
  const set = new Map(mapping.assays.map((assay) => [assay.code, assay]));
  return [...trial.assays]
    .map(([code, tried]) => {
      const proposed = proposeAssay(code, tried, known.get(code));
      const byHand = set.get(code);
      return byHand === undefined || (byHand.assayType === proposed.assayType && byHand.scale === proposed.scale)
        ? proposed
        : { ...proposed, ...byHand, confidence: 'high' as const, reason: { key: 'by-hand' as const, data: {} } };
    })
    .sort((a, b) => b.rows - a.rows);
}

const settledUnits = (spellings: Inspection['unitSpellings']): Mapping['units'] =>
  spellings.filter(({ unit }) => unit !== null).map(({ spelling, unit }) => ({ spelling, unit }));

function layoutReason(mapping: Mapping, proposed: ColumnsProposal): Inspection['readingReasons'][number] {
  if (mapping.layout !== proposed.layout) {
    return { part: 'layout', confidence: 'high', reason: { key: 'by-hand', data: {} } };
  }
  const values = mapping.columns.filter(({ target }) => target === 'value' || target === 'assay-value');
  const columns = values.length;
  const column = values[0]?.column ?? '';
  return {
    part: 'layout',
    confidence: proposed.layoutConfidence,
    reason:
      mapping.layout === 'wide'
        ? { key: 'column-an-assay', data: { columns } }
        : columns > 1
          ? { key: 'several-values-a-row', data: { columns } }
          : { key: 'one-value-a-row', data: { column } },
  };
}

const toColumn = ({ name, position, samples, filled, distinct }: ColumnProfile): Inspection['columns'][number] => ({
  name,
  position,
  samples: [...samples],
  filled,
  distinct: distinct ?? null,
});

/** `CHEMBL1862_Ki` of `CHEMBL1862_Ki.csv.gz` */
export const fileStem = (name: string): string => name.replace(/(\.(csv|tsv|txt|psv|xlsx|sdf|sd|smi|gz))+$/i, '');
