/** `chorale import`: what it is called, what it takes, and how it ends. */
import * as z from 'zod';
import { relation, unit } from '../../contract/intake/mapping.ts';
import { assayType } from '../../contract/tasks.ts';
import { defineCommand } from './command.ts';

const options = z.object({
  mapping: z.string().optional(),
  sheet: z.string().optional(),
  assay: z.string().optional(),
  unit: unit.optional(),
  relation: relation.optional(),
  assayType: assayType.optional(),
  compoundId: z.string().optional(),
  structures: z.string().optional(),
  on: z.string().optional(),
  confirm: z.array(z.string()).default([]),
  template: z.string().optional(),
  saveTemplate: z.string().trim().min(1).max(120).optional(),
  again: z.boolean().default(false),
  standardise: z.boolean().default(true),
});

export type ImportOptions = z.infer<typeof options>;

export const importCommand = defineCommand({
  name: 'import <files...>',
  summary: 'Bring files of measurements into the catalog',
  declare: (command) =>
    command
      .option('--mapping <file>', 'JSON with the parts of the mapping that differ from the proposal')
      .option('--sheet <name>', 'sheet of a workbook')
      .option('--assay <code>', 'assay of all rows, where no column names one')
      .option('--unit <unit>', 'unit of all values, where nothing names one')
      .option('--relation <relation>', 'relation of all values that name none: =, < or >')
      .option('--assay-type <type>', 'type of all assays, where no column names one')
      .option('--compound-id <column>', 'column of the compound ids; "structure" or "row-number" where there are none')
      .option(
        '--structures <file>',
        'file with the structures of the results; "catalogue" takes those brought in before',
      )
      .option('--on <columns>', 'columns that join results and structures, as in RESULT_ID=ID')
      .option('--confirm <decision...>', 'ids of decisions to leave as they are')
      .option('--template <name>', 'saved mapping to begin with instead of the proposal')
      .option('--save-template <name>', 'save the mapping of the first file that is brought in under this name')
      .option('--again', 'bring in a file that is there already')
      .option('--no-standardise', 'leave the new structures for later')
      .addHelpText(
        'after',
        `
A mapping file holds any of reading, layout, columns, constants, units, categories, relations, assayTypes, join,
missing, assays, duplicates, confirmed, such as
  {"columns": [{"column": "Result", "target": "value", "unit": "nM"}], "missing": ["n.b."]}
Ends with 0 when every file is in, 2 when rows of it were rejected, 3 when a file is refused or needs a decision.`,
      ),
  options,
  workspace: 'create',
  // Loaded once the workspace is open: what reads files is not held beside what a passphrase takes.
  run: async (work) => (await import('./import-files.ts')).importFiles(work),
});
