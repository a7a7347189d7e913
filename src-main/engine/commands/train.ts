/** `chorale train`: a model on this workspace's own data alone. */
import { readRunPoints } from '../../catalog/runs.ts';
import { aloneSettings } from '../../contract/training.ts';
import { describeRun, findModel, findRun, readMeans } from '../../training/overview.ts';
import { readReport } from '../../training/report.ts';
import type { TrainAloneResult } from '../../training/train-alone-job.ts';
import { defineCommand, exitCodes } from './command.ts';
import {
  asked,
  courseOptions,
  declareCourse,
  declareHeads,
  headOptions,
  headsAsked,
  widths,
} from './training-options.ts';

const given = aloneSettings.shape;

const runOptions = courseOptions.extend({
  hidden: given.hidden.optional(),
  batch: given.batch.optional(),
  dropout: given.dropout.optional(),
  inputDropout: given.inputDropout.optional(),
  trunkRate: given.trunkRate.optional(),
  headRate: given.headRate.optional(),
  weightDecay: given.weightDecay,
});

export const train = defineCommand({
  name: 'train',
  summary: 'Train a model on the newest tasks of this workspace alone',
  declare(command) {
    command
      .option('--hidden <widths>', 'widths of the trunk layers, as 256 or 400,200', widths)
      .option('--batch <number>', 'compounds per step', Number)
      .option('--dropout <share>', 'share of hidden units dropped', Number)
      .option('--input-dropout <share>', 'share of fingerprint bits dropped', Number)
      .option('--trunk-rate <rate>', "Adam's rate for the trunk", Number)
      .option('--head-rate <rate>', "Adam's rate for the heads", Number)
      .option('--weight-decay <share>', 'what of each weight is added to its gradient', Number);
    declareCourse(declareHeads(command)).addHelpText(
      'after',
      '\nThe validation fold ends training and chooses the step; the test fold is only reported.',
    );
  },
  options: runOptions.extend(headOptions.shape),
  workspace: 'write',
  async run({ workspace: { catalog }, options, job, print }) {
    const settings = { ...asked(runOptions.parse(options)), ...headsAsked(options) };
    const { runId, modelId } = await job<TrainAloneResult>('train', { settings });
    const run = describeRun(catalog, findRun(catalog, runId));
    const { hash, trunkHash, bytes, step } = findModel(catalog, modelId);
    const answer = {
      run,
      model: { id: modelId, step, hash, trunkHash, bytes },
      validation: readMeans(catalog, modelId, 'validation'),
      test: readMeans(catalog, modelId, 'test'),
      curve: readRunPoints(catalog, runId, -1),
    };
    const figure = (value: number | null) => (value === null ? '-' : value.toFixed(3));
    const report = readReport(catalog, modelId);
    const values = (['validation', 'test'] as const).flatMap((fold) => {
      const all = report[fold].regressionGroups.find(({ group }) => group === 'all');
      if (all === undefined) return [];
      const { r2, rmse } = all.metrics;
      const name = `${fold.padEnd(11)}R2 ${figure(r2.mean)}       RMSE ${figure(rmse.mean)}`;
      return [`${name}      ${all.tasks} regression tasks`];
    });
    const line = (name: string, { tasks, aucPr, aucRoc }: typeof answer.test) =>
      `${name.padEnd(11)}AUC-PR ${figure(aucPr)}   AUC-ROC ${figure(aucRoc)}   ${tasks} tasks`;
    print(
      answer,
      [
        line('validation', answer.validation),
        line('test', answer.test),
        ...values,
        `model ${hash} of step ${step}`,
      ].join('\n'),
    );
    return exitCodes.success;
  },
});
