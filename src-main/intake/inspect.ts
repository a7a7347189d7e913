/** A file looked at before anything is decided: how it is read, what its columns are, why, and what remains to be asked. */
import { basename } from 'node:path';
import { knownAssays } from '../catalog/assays.ts';
import { batchesOfFile } from '../catalog/batches.ts';
import type { Catalog } from '../catalog/open.ts';
import type { AssayProposal, Inspection, Mapping, Reading, Scale, Unit } from '../contract/intake.ts';
import type { Control } from '../contract/progress.ts';
import { assayTypeContradictions } from './assay-decisions.ts';
import { type TypeFromSheet, typesFromSheets } from './assay-sheet.ts';
import { type KnownAssay, proposeAssay } from './assay-types.ts';
import type { Weigh } from './check.ts';
import { openDecisions } from './decisions.ts';
import { fileStem } from './file-stem.ts';
import { describedJoin, joinMemory, offeredJoin, type ScanAs, takenJoin } from './inspect-join.ts';
import type { GivenForm } from './interpret.ts';
import { type Scanned, toColumn } from './join-proposal.ts';
import { type ColumnsProposal, explainColumns, proposedUnits } from './proposal.ts';
import { type FoundReading, findReading, type ReadingByHand } from './reading.ts';
import { requiredTargets } from './required-targets.ts';
import { numbersOf, type Scan, scanFile } from './scan.ts';
import { unitSuspects } from './suspects.ts';
import { conversionsOf, type Trial, tryMapping } from './trial.ts';
import { unitSpellings } from './unit-spellings.ts';
import { isMassPerVolume, scaleOf, scalesOf } from './units.ts';
import { assayTypeWords, categoriesOf, categoryWords, relationWords } from './words-in-use.ts';

export type InspectOptions = {
  /** As the person knows the file; the path's last part when absent. */
  readonly name?: string;
  /** Parts of the reading set by hand. */
  readonly reading?: ReadingByHand;
  /** Asks about this mapping instead of proposing one. */
  readonly mapping?: Mapping;
  /** To know assays and files that are there already. */
  readonly catalog?: Catalog;
  /** A second file with the structures. */
  readonly companion?: { readonly path: string; readonly name?: string; readonly reading?: ReadingByHand };
  /** g/mol of structures, for the conversions that are shown. */
  readonly weigh?: Weigh | undefined;
  /** To answer the next question about the same file without reading it again. */
  readonly memory?: InspectionMemory;
};

/** Scans of the last files, by path and reading. */
export type InspectionMemory = Map<string, Promise<{ readonly found: FoundReading; readonly scan: Scan }>>;

const remembered = 4;

/** @throws FILE_UNREADABLE, FORMAT_UNKNOWN, MAPPING_INCOMPLETE, CANCELLED, INPUT_INVALID */
export async function inspectFile(path: string, options: InspectOptions, control: Control): Promise<Inspection> {
  const { catalog, mapping: given } = options;
  const name = options.name ?? basename(path);
  const { found, scan } = await scannedUnder(path, options, control);
  const results: Scanned = { path, name, found, scan };
  const scannedAs: ScanAs = async (other, otherName, reading) => ({
    path: other,
    name: otherName,
    ...(await scanned(other, reading, options.memory, control)),
  });
  // The catalogue may have changed since; a second file has not.
  const remembered = joinMemory(options.companion === undefined ? undefined : options.memory);
  const offered = await remembered(['offer', path, scan.reading, options.companion, given?.join ?? null], () =>
    offeredJoin(results, options, scannedAs, control),
  );
  const joined = given === undefined ? takenJoin(offered) : given.join;
  const undecided: Mapping =
    given === undefined ? { ...proposedMapping(scan), join: joined } : { ...given, reading: scan.reading };
  const draft: Mapping = { ...undecided, categories: categoriesOf(undecided, scan.columns) };
  const trial = await tryMapping(path, draft, control);
  const typed = draft.columns.some(({ target }) => target === 'assay-type');
  const listed = typed ? new Map() : await typesFromSheets(results, new Set(trial.assays.keys()), scannedAs, control);
  const known = new Map<string, KnownAssay>(
    catalog === undefined ? [] : knownAssays(catalog).map((assay) => [assay.code, assay]),
  );
  const assays = proposeAssays(draft, trial, known, listed);
  const spellings = unitSpellings(draft, trial, assays, given !== undefined);
  const mapping: Mapping = {
    ...draft,
    units: given === undefined ? settledUnits(spellings) : draft.units,
    assays: assays.map(({ code, assayType, scale, direction }) => ({ code, assayType, scale, direction })),
  };
  const proposals = explainColumns(mapping.columns, scan.proposed.columns);
  const required = requiredTargets(mapping, proposals);
  const seenBefore = catalog === undefined ? [] : batchesOfFile(catalog, found.survey.sha256);
  const join = await remembered(
    ['counts', path, mapping.reading, mapping.join, options.companion, mapping.missing],
    () => describedJoin(results, mapping, offered, given, options, control),
  );
  const categories = categoryWords(mapping, scan.columns, trial, given);
  const relations = relationWords(mapping, trial);
  const assayTypes = assayTypeWords(mapping, trial);
  return {
    file: {
      name,
      bytes: found.survey.bytes,
      sha256: found.survey.sha256,
      compressed: found.survey.compressed,
      seenBefore: [...seenBefore],
    },
    reading: scan.reading,
    readingReasons: [...scan.reasons, layoutReason(mapping, scan.proposed)],
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
    conversions: await conversions(trial, assays, options.weigh),
    categories,
    relationSpellings: relations,
    assayTypeSpellings: assayTypes,
    join,
    decisions: openDecisions({
      scan: { ...scan, ambiguousNumber: ambiguousNumber(scan, given) },
      mapping,
      proposals,
      required,
      spellings,
      otherSheets: given === undefined ? found.otherSheets : [],
      otherMembers: given === undefined ? found.otherMembers : [],
      seenBefore,
      fileStem: fileStem(name),
      byHand: given !== undefined,
      join,
      categories,
      relations,
      assayTypes,
      suspects: [
        ...unitSuspects(trial, assays, mapping.confirmed),
        ...assayTypeContradictions(assays, known, mapping.confirmed),
      ],
    }),
    titleRows: [...scan.titleRows],
    rawRows: [...scan.rawRows],
  };
}

/** A mapping that names groups has been told; one that does not may take other columns as values than were proposed. */
function ambiguousNumber(scan: Scan, given: Mapping | undefined): string | undefined {
  const byHand = scan.reasons.some(({ part, reason }) => part === 'decimalMark' && reason.key === 'by-hand');
  if (given === undefined || byHand) return scan.ambiguousNumber;
  if (given.reading.thousands !== '') return undefined;
  return numbersOf(scan, given.columns).ambiguous;
}

/** With the weights of the few structures that the shown examples need. */
async function conversions(
  trial: Trial,
  assays: readonly AssayProposal[],
  weigh: InspectOptions['weigh'],
): Promise<Inspection['conversions']> {
  const scales = new Map(assays.map(({ code, scale }) => [code, scale]));
  const scaleFor = (assay: string, unit: Unit): Scale => {
    const scale = scales.get(assay);
    return scale !== undefined && scalesOf(unit).includes(scale) ? scale : scaleOf(unit);
  };
  const forms = [...trial.examples]
    .filter(([unit, [first]]) => isMassPerVolume(unit) && first !== undefined && scaleFor(first.assay, unit) === 'p')
    .flatMap(([, given]) => given.slice(0, examplesWeighed))
    .filter(({ weight, structure }) => weight === undefined && structure !== '')
    .map(({ structure }): GivenForm => {
      const isBlock = structure.includes('M  END');
      return { kind: isBlock ? 'molblock' : 'smiles', text: isBlock ? structure : structure.trim() };
    });
  const weights = weigh === undefined || forms.length === 0 ? [] : await weigh(forms);
  const byText = new Map(forms.map(({ text }, at) => [text, weights[at]]));
  return conversionsOf(
    trial,
    scaleFor,
    ({ weight, structure }) => weight ?? byText.get(structure) ?? byText.get(structure.trim()),
  );
}

const examplesWeighed = 6;

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

function proposedMapping(scan: Scan): Mapping {
  const { layout, columns } = scan.proposed;
  const unitColumn = columns.find(({ target }) => target === 'unit')?.column;
  const used = new Set(columns.filter(({ target }) => target !== 'unused').map(({ column }) => column));
  const missing = scan.columns.filter(({ name }) => used.has(name)).flatMap((column) => [...column.missing.keys()]);
  return {
    version: 1,
    reading: scan.reading,
    layout,
    columns: columns.map(({ column, target, unit, assay }) => ({ column, target, unit, assay })),
    constants: { assay: null, unit: null, relation: null, assayType: null, compoundId: null },
    units: proposedUnits(scan.columns.find(({ name }) => name === unitColumn)?.spellings.keys() ?? []),
    categories: [],
    relations: [],
    assayTypes: [],
    join: null,
    missing: [...new Set(missing.map((spelling) => spelling.trim()))],
    assays: [],
    duplicates: 'count-once',
    confirmed: [],
  };
}

function proposeAssays(
  mapping: Mapping,
  trial: Trial,
  known: ReadonlyMap<string, KnownAssay>,
  listed: ReadonlyMap<string, TypeFromSheet>,
): AssayProposal[] {
  const set = new Map(mapping.assays.map((assay) => [assay.code, assay]));
  return [...trial.assays]
    .map(([code, tried]) => {
      const proposed = proposeAssay(code, tried, known.get(code), mapping, listed.get(code));
      const byHand = set.get(code);
      if (byHand === undefined) return proposed;
      const { assayType, scale, direction = null } = byHand;
      if (assayType === proposed.assayType && scale === proposed.scale) return { ...proposed, direction };
      // A type set by hand brings its own scale, unless that was set as well; what is in the catalogue keeps its scale.
      const own = proposeAssay(
        code,
        tried,
        { assayType, scale: known.get(code)?.scale ?? (scale === proposed.scale ? null : scale) },
        mapping,
        undefined,
      );
      return { ...own, direction, confidence: 'high' as const, reason: { key: 'by-hand' as const, data: {} } };
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
        : mapping.layout === 'structures'
          ? { key: 'structures-alone', data: {} }
          : columns > 1
            ? { key: 'several-values-a-row', data: { columns } }
            : { key: 'one-value-a-row', data: { column } },
  };
}
