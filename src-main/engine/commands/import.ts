/** `chorale import`: files into the catalog by the proposed mapping, or by one that is set in part or whole. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as z from 'zod';
import type { Catalog } from '../../catalog/open.ts';
import { rejectedRows } from '../../catalog/rejected-rows.ts';
import type { StandardisedCatalog } from '../../chemistry/standardise-catalog.ts';
import { ChoraleError } from '../../contract/errors.ts';
import {
  columnMapping,
  type ImportOutcome,
  type ImportRequest,
  type Mapping,
  mapping as mappingSchema,
  type RowCounts,
  type RowFinding,
  reading,
  unit,
} from '../../contract/intake.ts';
import type { Control } from '../../contract/progress.ts';
import { inspectFile } from '../../intake/inspect.ts';
import { parseInput } from '../known-error.ts';
import { defineCommand, type ExitCode, exitCodes } from './command.ts';
import { expectationText, outcomeText } from './import-words.ts';

/** A mapping file may say only what it wants to be different from the proposal. */
const mappingChanges = mappingSchema
  .omit({ version: true, columns: true, reading: true, constants: true })
  .partial()
  .extend({
    reading: reading.partial().optional(),
    constants: mappingSchema.shape.constants.partial().optional(),
    columns: z.array(columnMapping.partial().required({ column: true })).optional(),
  });
type MappingChanges = z.infer<typeof mappingChanges>;

const options = z.object({
  mapping: z.string().optional(),
  sheet: z.string().optional(),
  assay: z.string().optional(),
  unit: unit.optional(),
  again: z.boolean().default(false),
  standardise: z.boolean().default(true),
});

export const importCommand = defineCommand({
  name: 'import <files...>',
  summary: 'Bring files of measurements into the catalog',
  declare: (command) =>
    command
      .option('--mapping <file>', 'JSON with the parts of the mapping that differ from the proposal')
      .option('--sheet <name>', 'sheet of a workbook')
      .option('--assay <code>', 'assay of all rows, where no column names one')
      .option('--unit <unit>', 'unit of all values, where nothing names one')
      .option('--again', 'bring in a file that is there already')
      .option('--no-standardise', 'leave the new structures for later')
      .addHelpText(
        'after',
        `
A mapping file holds any of reading, layout, columns, constants, units, missing, assays, duplicates, such as
  {"columns": [{"column": "Result", "target": "value", "unit": "nM"}], "missing": ["n.b."]}
Ends with 0 when every file is in, 2 when rows of it were rejected, 3 when a file is refused or needs a decision.`,
      ),
  options,
  workspace: 'create',
  async run({ args, options: given, workspace: { catalog }, person, job, control, print }) {
    const outcomes: ImportOutcome[] = [];
    for (const path of args.map((file) => resolve(file))) {
      const request: ImportRequest = {
        path,
        name: basename(path),
        person: person.name,
        mapping: await mappingByHand(path, given, catalog, control),
        again: given.again,
      };
      outcomes.push(await job<ImportOutcome>('import', request));
    }
    // As on the page: what came in gets its standard structure next.
    const imported = outcomes.some(({ outcome }) => outcome === 'imported');
    const structures = imported && given.standardise ? await job<StandardisedCatalog>('standardise', {}) : null;
    print({ ...answerOf(outcomes, catalog), structures }, outcomes.map(outcomeText).join('\n'));
    return exitCodeOf(outcomes);
  },
});

/** @returns null where nothing is set by hand, so that the proposal decides */
async function mappingByHand(
  path: string,
  { mapping, sheet, assay, unit: allValues }: z.infer<typeof options>,
  catalog: Catalog,
  control: Control,
): Promise<Mapping | null> {
  if ([mapping, sheet, assay, allValues].every((one) => one === undefined)) return null;
  const changes: MappingChanges = mapping === undefined ? {} : readChanges(mapping);
  const byHand = { ...changes.reading, ...(sheet === undefined ? {} : { sheet }) };
  const proposed = await inspectFile(path, { catalog, reading: withoutGaps(byHand) }, control);
  const guessed = new Set(
    proposed.proposals.filter(({ reason: { key } }) => key === 'numbers-unit-guessed').map(({ column }) => column),
  );
  const own = new Map(changes.columns?.map((column) => [column.column, column]));
  const unknown = [...own.keys()].filter((name) => !proposed.mapping.columns.some(({ column }) => column === name));
  if (unknown.length > 0) {
    const issues = unknown.map((name) => ({ path: 'columns', message: `there is no column "${name}"` }));
    throw new ChoraleError('INPUT_INVALID', { issues });
  }
  const layout = changes.layout ?? proposed.mapping.layout;
  return parseInput(mappingSchema, {
    ...proposed.mapping,
    ...withoutGaps(changes),
    reading: proposed.reading,
    layout,
    constants: {
      ...proposed.mapping.constants,
      ...changes.constants,
      ...(assay === undefined ? {} : { assay }),
      ...(allValues === undefined ? {} : { unit: allValues }),
    },
    columns: proposed.mapping.columns.map((column) => {
      const free = allValues !== undefined && guessed.has(column.column) ? { ...column, unit: null } : column;
      const merged = { ...free, ...withoutGaps(own.get(column.column) ?? {}) };
      return { ...merged, assay: merged.target === 'assay-value' ? (merged.assay ?? merged.column) : null };
    }),
  });
}

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
