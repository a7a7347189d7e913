/** `chorale train`: a model on this workspace's own data alone. */
import { InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { readRunPoints } from '../../catalog/runs.ts';
import { aloneSettings } from '../../contract/training.ts';
import { describeRun, findModel, findRun, readMeans } from '../../training/overview.ts';
import type { TrainAloneResult } from '../../training/train-alone-job.ts';
import { defineCommand, exitCodes } from './command.ts';

const given = aloneSettings.shape;

export const train = defineCommand({
  name: 'train',
  summary: 'Train a model on the newest tasks of this workspace alone',
  declare: (command) =>
    command
      .option('--hidden <widths>', 'widths of the trunk layers, as 256 or 400,200', widths)
      .option('--steps <number>', 'most train steps', Number)
      .option('--batch <number>', 'compounds per step', Number)
      .option('--dropout <share>', 'share of hidden units dropped', Number)
      .option('--input-dropout <share>', 'share of fingerprint bits dropped', Number)
      .option('--seed <number>', 'seed of weights, order and dropout', Number)
      .addHelpText(
        'after',
        '\nThe validation fold ends training and chooses the step; the test fold is only reported.',
      ),
  options: z
    .object({
      hidden: given.hidden.optional(),
      steps: given.steps.optional(),
      batch: given.batch.optional(),
      dropout: given.dropout.optional(),
      inputDropout: given.inputDropout.optional(),
      seed: given.seed.optional(),
    })
    .transform((options) => Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))),
  workspace: 'write',
  async run({ workspace: { catalog }, options, job, print }) {
    const { runId, modelId } = await job<TrainAloneResult>('train', { settings: options });
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
    const line = (name: string, { tasks, aucPr, aucRoc }: typeof answer.test) =>
      `${name.padEnd(11)}AUC-PR ${figure(aucPr)}   AUC-ROC ${figure(aucRoc)}   ${tasks} tasks`;
    print(
      answer,
      [line('validation', answer.validation), line('test', answer.test), `model ${hash} of step ${step}`].join('\n'),
    );
    return exitCodes.success;
  },
});

export function widths(text: string): number[] {
  const numbers = text.split(',').map(Number);
  if (numbers.some((number) => !Number.isInteger(number) || number < 1)) throw new InvalidArgumentError('No widths.');
  return numbers;
}
