/** What `chorale import` does: files into the catalog by the proposed mapping, or by one that is set in part or whole. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as z from 'zod';
import { listJobs } from '../../catalog/jobs.ts';
import type { Catalog } from '../../catalog/open.ts';
import { rejectedRows } from '../../catalog/rejected-rows.ts';
import { readTemplateByName, saveTemplate } from '../../catalog/templates.ts';
import type { StandardisedCatalog } from '../../chemistry/standardise-catalog.ts';
import { ChoraleError } from '../../contract/errors.ts';
import {
  columnMapping,
  type ImportOutcome,
  type ImportRequest,
  type Inspection,
  importRequest,
  type Mapping,
  mapping as mappingSchema,
  type RowCounts,
  type RowFinding,
  reading,
  type Target,
} from '../../contract/intake.ts';
import type { Control } from '../../contract/progress.ts';
import { inspectFile } from '../../intake/inspect.ts';
import { headerOf, offerOf } from '../../intake/templates.ts';
import { parseInput } from '../known-error.ts';
import { type ExitCode, exitCodes, followJob, type WritingWork } from './command.ts';
import type { ImportOptions } from './import.ts';
import { expectationText, outcomeText } from './import-words.ts';

export async function importFiles({
  args,
  options: given,
  workspace: { catalog },
  context,
  person,
  job,
  control,
  print,
}: WritingWork<ImportOptions>): Promise<ExitCode> {
  // A kill has left them; the engine goes on with them from its start.
  const underWay = listJobs(catalog, 1000).filter(({ kind, finishedAt }) => kind === 'import' && finishedAt === null);
  const outcomes: ImportOutcome[] = [];
  for (const path of args.map((file) => resolve(file))) {
    const request: ImportRequest = {
      path,
      name: basename(path),
      companion: companionOf(given) ?? null,
      person: person.name,
      mapping: await mappingByHand(path, given, catalog, control),
      again: given.again,
    };
    const same = underWay.find((row) => isSameOrder(row.request, request));
    outcomes.push(
      same === undefined
        ? await job<ImportOutcome>('import', request)
        : await followJob<ImportOutcome>(context, same.id, control),
    );
  }
  const first = outcomes.find(({ outcome }) => outcome === 'imported');
  if (given.saveTemplate !== undefined && first !== undefined) {
    saveTemplate(catalog, given.saveTemplate, first.mapping, headerOf(first.mapping), person.name, new Date());
  }
  // As on the page: what came in gets its standard structure next.
  const imported = outcomes.some(({ outcome }) => outcome === 'imported');
  const structures = imported && given.standardise ? await job<StandardisedCatalog>('standardise', {}) : null;
  print({ ...answerOf(outcomes, catalog), structures }, outcomes.map(outcomeText).join('\n'));
  return exitCodeOf(outcomes);
}

/** A mapping file may say only what it wants to be different from the proposal. */
const mappingChanges = mappingSchema
  .omit({ version: true, columns: true, reading: true, constants: true })
  .partial()
  .extend({
    reading: reading.partial().optional(),
    constants: mappingSchema.shape.constants.partial().optional(),
    columns: z.array(columnMapping.partial().required({ column: true })).optional(),
    // What a mapping has by default, changes leave as it was proposed.
    categories: mappingSchema.shape.categories.removeDefault().optional(),
    relations: mappingSchema.shape.relations.removeDefault().optional(),
    assayTypes: mappingSchema.shape.assayTypes.removeDefault().optional(),
    join: mappingSchema.shape.join.removeDefault().optional(),
    confirmed: mappingSchema.shape.confirmed.removeDefault().optional(),
  });
type MappingChanges = z.infer<typeof mappingChanges>;

/** @returns null where nothing is set by hand, so that the proposal decides */
async function mappingByHand(
  path: string,
  given: ImportOptions,
  catalog: Catalog,
  control: Control,
): Promise<Mapping | null> {
  const { mapping, sheet, assay, unit: allValues, relation: allRelations, assayType: allTypes, confirm } = given;
  const { compoundId, structures, on } = given;
  const said = [given.template, mapping, sheet, assay, allValues, allRelations, allTypes, compoundId, on].some(
    (one) => one !== undefined,
  );
  if (!said && confirm.length === 0 && structures !== 'catalogue') return null;
  const changes: MappingChanges = mapping === undefined ? {} : readChanges(mapping);
  const byHand = { ...changes.reading, ...(sheet === undefined ? {} : { sheet }) };
  const companion = companionOf(given);
  const options = { catalog, reading: withoutGaps(byHand), ...(companion && { companion: { path: companion } }) };
  const found = await inspectFile(path, options, control);
  const proposed =
    given.template === undefined
      ? found
      : await inspectFile(path, { ...options, mapping: underTemplate(catalog, given.template, found) }, control);
  const guessed = new Set(
    proposed.proposals.filter(({ reason: { key } }) => key === 'numbers-unit-guessed').map(({ column }) => column),
  );
  const own = new Map(changes.columns?.map((column) => [column.column, column]));
  const standsIn = compoundId === 'structure' || compoundId === 'row-number' ? compoundId : null;
  if (compoundId !== undefined && standsIn === null) {
    own.set(compoundId, { ...own.get(compoundId), column: compoundId, target: 'compound-id' });
  }
  const unknown = [...own.keys()].filter((name) => !proposed.mapping.columns.some(({ column }) => column === name));
  if (unknown.length > 0) {
    const issues = unknown.map((name) => ({ path: 'columns', message: `there is no column "${name}"` }));
    throw new ChoraleError('INPUT_INVALID', { issues });
  }
  const { layout = layoutOf(proposed.mapping.layout, own.values()) } = changes;
  return parseInput(mappingSchema, {
    ...proposed.mapping,
    ...withoutGaps(changes),
    confirmed: [...proposed.mapping.confirmed, ...(changes.confirmed ?? []), ...confirm],
    join: changes.join ?? joinByHand(proposed, given),
    reading: proposed.reading,
    layout,
    constants: {
      ...proposed.mapping.constants,
      ...changes.constants,
      ...(assay === undefined ? {} : { assay }),
      ...(allValues === undefined ? {} : { unit: allValues }),
      ...(allRelations === undefined ? {} : { relation: allRelations }),
      ...(allTypes === undefined ? {} : { assayType: allTypes }),
      ...(standsIn === null ? {} : { compoundId: standsIn }),
    },
    columns: proposed.mapping.columns.map((column) => {
      const free = allValues !== undefined && guessed.has(column.column) ? { ...column, unit: null } : column;
      const merged = { ...free, ...withoutGaps(own.get(column.column) ?? {}) };
      return { ...merged, assay: merged.target === 'assay-value' ? (merged.assay ?? merged.column) : null };
    }),
  });
}

/** What values by hand make of a file that seemed to hold compounds alone. */
function layoutOf(
  proposed: Mapping['layout'],
  byHand: Iterable<{ readonly target?: Target | undefined }>,
): Mapping['layout'] {
  const targets = new Set([...byHand].map(({ target }) => target));
  if (proposed !== 'structures') return proposed;
  return targets.has('value') ? 'long' : targets.has('assay-value') ? 'wide' : proposed;
}

const companionOf = ({ structures }: ImportOptions): string | undefined =>
  structures === undefined || structures === 'catalogue' ? undefined : resolve(structures);

/** The proposed join, on other columns where they are named; the catalogue where it is asked for. */
function joinByHand({ mapping, join: offered }: Inspection, { structures, on }: ImportOptions): Mapping['join'] {
  const [results, key = results] = on?.split('=').map((name) => name.trim()) ?? [];
  const ids = mapping.columns.find(({ target }) => target === 'compound-id')?.column;
  if (structures === 'catalogue') return { kind: 'catalogue', on: { results: results ?? ids ?? '' } };
  const join = mapping.join ?? offered?.choices[0] ?? null;
  if (join === null || results === undefined || key === undefined || join.kind === 'catalogue') return join;
  const columns = join.columns.map((column) => {
    if (column.column === key) return { ...column, target: 'compound-id' as const };
    return column.target === 'compound-id' ? { ...column, target: 'unused' as const } : column;
  });
  return { ...join, columns, on: { results, structures: key } };
}

/** @throws NOT_FOUND, INPUT_INVALID when the file is of another kind */
function underTemplate(catalog: Catalog, name: string, found: Inspection): Mapping {
  const offer = offerOf(readTemplateByName(catalog, name), found);
  if (offer !== undefined) return offer.mapping;
  const message = `the columns of "${found.file.name}" are not those of the template "${name}"`;
  throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'template', message }] });
}

const isSameOrder = (stored: unknown, request: ImportRequest): boolean =>
  JSON.stringify(stored) === JSON.stringify(parseInput(importRequest, request));

function readChanges(file: string): MappingChanges {
  try {
    return parseInput(mappingChanges, JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof ChoraleError) throw error;
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no JSON' }, { cause: error });
  }
}

const withoutGaps = <Given extends object>(given: Given): { [Key in keyof Given]: Exclude<Given[Key], undefined> } =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Given]: Exclude<Given[Key], undefined>;
  };

/** One answer for all files: counts added up, and each part with the file it belongs to where there are several. */
function answerOf(outcomes: readonly ImportOutcome[], catalog: Catalog) {
  const several = outcomes.length > 1;
  const of = (name: string) => (several ? { file: name } : {});
  const sum = (count: (outcome: ImportOutcome) => number) => outcomes.reduce((total, one) => total + count(one), 0);
  const rows = (part: keyof RowCounts) => sum(({ report }) => report.rows[part]);
  return {
    outcome: worst(outcomes),
    refusals: outcomes.flatMap(({ refusal, file }) => (refusal === null ? [] : [{ ...refusal, ...of(file.name) }])),
    batches: outcomes.flatMap(({ batchId }) => (batchId === null ? [] : [batchId])),
    files: outcomes.map(({ file }) => file),
    mapping: outcomes.flatMap(({ proposals, file }) =>
      proposals.map(({ column, target, unit: ofColumn, confidence, reason }) => ({
        ...of(file.name),
        column,
        target,
        unit: ofColumn,
        confidence,
        reason,
      })),
    ),
    decisions: outcomes.flatMap(({ decisions, file }) => decisions.map((one) => ({ ...of(file.name), ...one }))),
    rows: {
      in: rows('in'),
      ready: rows('ready'),
      warned: rows('warned'),
      rejected: rows('rejected'),
      ignored: rows('ignored'),
    },
    joins: outcomes.flatMap(({ report, file }) => (report.join === null ? [] : [{ ...of(file.name), ...report.join }])),
    replicates: outcomes.map(({ report: { replicates }, file }) => ({
      ...of(file.name),
      ...replicates,
      // The command line counts; the page shows them one by one.
      largest: replicates.largest.slice(0, 5),
      contradictions: replicates.contradictions.slice(0, 5),
    })),
    unlistedAssays: outcomes.flatMap(({ report }) => report.unlistedAssays),
    measurements: sum(({ report }) => report.measurements),
    compounds: sum(({ report }) => report.compounds),
    assays: sum(({ report }) => report.assays),
    censored: sum(({ report }) => report.censored),
    groups: outcomes.flatMap(({ report, file }) =>
      report.groups.map(({ examples: _, ...group }) => ({ ...of(file.name), ...group })),
    ),
    rejected: outcomes.flatMap((outcome) =>
      [...rejectedOf(outcome, catalog)].map(({ line, column, found, expected, reason }) => ({
        ...of(outcome.file.name),
        line,
        column,
        found,
        expected: expectationText(expected),
        reason,
      })),
    ),
  };
}

/** All of an imported file, from the catalog; of one that was not, what its check showed as examples. */
const rejectedOf = ({ batchId, report }: ImportOutcome, catalog: Catalog): Iterable<RowFinding> =>
  batchId === null
    ? report.groups.filter(({ severity }) => severity === 'rejected').flatMap(({ examples }) => examples)
    : rejectedRows(catalog, batchId);

const worst = (outcomes: readonly ImportOutcome[]): ImportOutcome['outcome'] =>
  (['refused', 'needs-decision'] as const).find((one) => outcomes.some(({ outcome }) => outcome === one)) ?? 'imported';

function exitCodeOf(outcomes: readonly ImportOutcome[]): ExitCode {
  if (worst(outcomes) !== 'imported') return exitCodes.refused;
  const rejected = outcomes.some(({ report }) => report.groups.some(({ severity }) => severity === 'rejected'));
  return rejected ? exitCodes.rejected : exitCodes.success;
}
