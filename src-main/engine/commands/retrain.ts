/** `chorale retrain`: a new head on the global model's trunk, beside the head that it had. */
import * as z from 'zod';
import { listModels } from '../../catalog/models.ts';
import { retrainingOf } from '../../catalog/retrainings.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { retrainSettings } from '../../contract/tuning.ts';
import { findModel, readMeans } from '../../training/overview.ts';
import type { RetrainResult } from '../../training/retrain-job.ts';
import { defineCommand, exitCodes } from './command.ts';
import { asked, declareHeads, headOptions, headsAsked } from './training-options.ts';

const given = retrainSettings.shape;

const runOptions = z.object({
  dropout: given.dropout.optional(),
  headRate: given.headRate.optional(),
  steps: given.steps.optional(),
  seed: given.seed.optional(),
});

export const retrain = defineCommand({
  name: 'retrain',
  summary: "Train a new head on the global model's trunk, which stays as it is",
  declare(command) {
    command
      .option('--global-model <id>', 'global model; the newest by default')
      .option('--dropout <share>', 'share of what the trunk gives that is dropped', Number)
      .option('--head-rate <rate>', "Adam's rate", Number)
      .option('--steps <number>', 'most train steps', Number)
      .option('--seed <number>', 'seed of weights, order and dropout', Number)
      .option('--keep', 'keep the model even where the validation fold prefers the head it had');
    declareHeads(command).addHelpText(
      'after',
      `
The head learns what that of the global model has learnt, unless told. The validation fold ends training and compares
the heads; the test fold is only reported.`,
    );
  },
  options: runOptions
    .extend(headOptions.shape)
    .extend({ globalModel: z.string().optional(), keep: z.boolean().default(false) }),
  workspace: 'write',
  async run({ workspace: { catalog }, options, job, print }) {
    const { globalModel, keep } = options;
    const globalModelId = globalModel ?? listModels(catalog).find(({ kind }) => kind === 'global')?.id;
    if (globalModelId === undefined) throw new ChoraleError('NO_MODEL', {});
    const settings = { ...asked(runOptions.parse(options)), ...headsAsked(options) };
    const { modelId } = await job<RetrainResult>('retrain', { globalModelId, settings, keep });
    const outcome = retrainingOf(catalog, globalModelId)!;
    const test = modelId === null ? null : readMeans(catalog, modelId, 'test');
    const figure = (value: number | null | undefined) => (value == null ? '-' : value.toFixed(3));
    const { difference, interval, tasks } = outcome.against;
    const range = interval === null ? '' : ` (${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`;
    print(
      { ...outcome, test },
      [
        `own head   AUC-PR ${figure(outcome.globalAucPr)} validation`,
        `new head   AUC-PR ${figure(outcome.aucPr)} validation   ${figure(test?.aucPr)} test`,
        `difference ${figure(difference)}${range}   ${tasks} tasks`,
        modelId === null ? 'The new head is not kept.' : `Kept as model ${findModel(catalog, modelId).hash}`,
      ].join('\n'),
    );
    return exitCodes.success;
  },
});
