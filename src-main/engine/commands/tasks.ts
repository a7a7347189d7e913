/** `chorale tasks`: a new task set of what the workspace holds. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';
import { type TaskRules, taskRules } from '../../contract/tasks.ts';
import type { TaskSetSummary } from '../../tasks/build.ts';
import { readTaskRules } from '../../tasks/rules.ts';
import { viewTaskSet } from '../../tasks/view.ts';
import { parseInput } from '../known-error.ts';
import { defineCommand, exitCodes } from './command.ts';

export const tasks = defineCommand({
  name: 'tasks',
  summary: 'Standardise what is new and make learning tasks of all measurements',
  declare: (command) =>
    command
      .option('--rules <file>', 'JSON with the rules that differ from those of the workspace, which it then keeps')
      .addHelpText(
        'after',
        `
A rules file holds any of fixedThresholds, fixedThresholdActiveShare, fixedThresholdQuorum, sandwich, credible,
trainingQuorum, evaluationQuorum, such as {"evaluationQuorum": {"actives": 5, "inactives": 5}}`,
      ),
  options: z.object({ rules: z.string().optional() }),
  workspace: 'write',
  async run({ workspace: { catalog }, options, job, print }) {
    const rules = options.rules === undefined ? undefined : readRules(resolve(options.rules), readTaskRules(catalog));
    const { taskSetId, ...summary } = await job<TaskSetSummary>('tasks', rules === undefined ? {} : { rules });
    const { assays } = viewTaskSet(catalog, taskSetId);
    const lines = assays.map(({ code, type, compounds, thresholds, actives, inactives, status }) => {
      const shown = thresholds.filter(({ auxiliary }) => !auxiliary).map(({ threshold }) => threshold.toFixed(2));
      return [code, type, compounds, shown.join(' ') || '-', actives, inactives, status].join('\t');
    });
    print(
      { taskSetId, ...summary, assays },
      [
        'assay\ttype\tcompounds\tthresholds\tactives\tinactives\tstatus',
        ...lines,
        `${summary.trainingTasks} tasks train, ${summary.evaluatedTasks} are evaluated; ${summary.compounds} compounds, ${summary.labels} labels`,
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
