/** `chorale tasks`: a new task set of what the workspace holds. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { type TaskRules, taskRules } from '../../contract/tasks.ts';
import { annotateFromFile } from '../../tasks/assay-file.ts';
import type { TaskSetSummary } from '../../tasks/build.ts';
import { parseCatalogue, writeCatalogue } from '../../tasks/catalogue.ts';
import { readTaskRules } from '../../tasks/rules.ts';
import { viewTaskSet } from '../../tasks/view.ts';
import { auditAct } from '../audited.ts';
import { parseInput } from '../known-error.ts';
import { defineCommand, exitCodes } from './command.ts';

export const tasks = defineCommand({
  name: 'tasks',
  summary: 'Standardise what is new and make learning tasks of all measurements',
  declare: (command) =>
    command
      .option('--rules <file>', 'JSON with the rules that differ from those of the workspace, which it then keeps')
      .option('--assays <file>', "CSV that says what assays are, with the columns of MELLODDY-TUNER's T0")
      .option(
        '--catalogue <file>',
        "the consortium's catalogue, MELLODDY-TUNER's T_cat as CSV or JSON; - takes it away",
      )
      .addHelpText(
        'after',
        `
A rules file holds any of ${Object.keys(taskRules.shape).join(', ')}, such as
  {"compatibility": "tuner", "evaluationQuorum": {"actives": 5, "inactives": 5}}
An assay file has a row for each assay: input_assay_id, and any of assay_type, direction, use_in_regression, is_binary,
expert_threshold_1 to expert_threshold_5, catalog_assay_id, parent_assay_id. The workspace keeps what files say.`,
      ),
  options: z.object({
    rules: z.string().optional(),
    assays: z.string().optional(),
    catalogue: z.string().optional(),
  }),
  workspace: 'write',
  async run({ workspace, options, job, person, print }) {
    const { catalog } = workspace;
    if (options.catalogue !== undefined) {
      const set = options.catalogue === '-' ? undefined : parseCatalogue(...readText(options.catalogue));
      writeCatalogue(catalog, set);
      auditAct(workspace, {
        act: 'catalogue-set',
        subject: set?.name ?? 'none',
        detail: { tasks: set?.tasks.length ?? 0 },
      });
    }
    const annotated =
      options.assays === undefined ? undefined : annotateFromFile(catalog, ...readText(options.assays), person.name);
    if (annotated !== undefined) {
      auditAct(workspace, { act: 'assays-annotated', subject: basename(options.assays!), detail: { ...annotated } });
    }
    const rules = options.rules === undefined ? undefined : readRules(resolve(options.rules), readTaskRules(catalog));
    const { taskSetId, ...summary } = await job<TaskSetSummary>('tasks', rules === undefined ? {} : { rules });
    const { assays, catalogue } = viewTaskSet(catalog, taskSetId);
    const lines = assays.map(({ code, type, compounds, thresholds, actives, inactives, status, regression }) => {
      const shown = thresholds.filter(({ auxiliary }) => !auxiliary).map(({ threshold }) => threshold.toFixed(2));
      return [code, type, compounds, shown.join(' ') || '-', actives, inactives, status, regression].join('\t');
    });
    print(
      { taskSetId, ...summary, annotated, catalogue, assays },
      [
        'assay\ttype\tcompounds\tthresholds\tactives\tinactives\tstatus\tregression',
        ...lines,
        ...(annotated === undefined
          ? []
          : [`${annotated.assays} assays said of, ${annotated.unknown} of the file are not measured here`]),
        `${summary.trainingTasks} tasks train, ${summary.evaluatedTasks} are evaluated; ${summary.compounds} compounds, ${summary.labels} labels`,
        `${summary.regressionTasks} regression tasks train, ${summary.evaluatedRegressionTasks} are evaluated`,
      ].join('\n'),
    );
    return exitCodes.success;
  },
});

/** Rules that the file does not name stay as they are. */
function readRules(file: string, present: TaskRules): TaskRules {
  try {
    return parseInput(taskRules, { ...present, ...JSON.parse(readFileSync(file, 'utf8')) });
  } catch (error) {
    if (error instanceof ChoraleError) throw error;
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no JSON' }, { cause: error });
  }
}

/** @returns its name and its text */
function readText(path: string): [name: string, text: string] {
  try {
    return [basename(path), readFileSync(resolve(path), 'utf8')];
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file: path, reason: 'not there' }, { cause: error });
  }
}
