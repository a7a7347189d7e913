/** `chorale final-fit`: the chosen settings on training and validation folds together. */
import * as z from 'zod';
import { listModels } from '../../catalog/models.ts';
import type { Catalog } from '../../catalog/open.ts';
import { newestScan } from '../../catalog/scans.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { describeRun, findModel, findRun, readMeans } from '../../training/overview.ts';
import { describeScan } from '../../training/scan.ts';
import type { TrainAloneResult } from '../../training/train-alone-job.ts';
import { defineCommand, exitCodes } from './command.ts';

export const finalFit = defineCommand({
  name: 'final-fit',
  summary: 'Train with the chosen settings on training and validation folds together',
  declare: (command) =>
    command
      .option('--run <id>', 'run alone or of a scan whose settings and step are taken; the best of the newest scan')
      .addHelpText(
        'after',
        `
It takes as many steps as the validation fold chose in that run. The model has no figure of the validation fold, since
it has learnt from it; the test fold is only reported. Without a scan the newest model trained alone is taken.`,
      ),
  options: z.object({ run: z.string().optional() }),
  workspace: 'write',
  async run({ workspace: { catalog }, options, job, print }) {
    const chosenIn = options.run ?? runToTake(catalog);
    const { runId, modelId } = await job<TrainAloneResult>('final-fit', { runId: chosenIn });
    const { hash, trunkHash, bytes, step } = findModel(catalog, modelId);
    const test = readMeans(catalog, modelId, 'test');
    const figure = (value: number | null) => (value === null ? '-' : value.toFixed(3));
    print(
      {
        run: describeRun(catalog, findRun(catalog, runId)),
        chosenIn,
        model: { id: modelId, step, hash, trunkHash, bytes },
        test,
      },
      [
        'validation - (learnt from)',
        `test       AUC-PR ${figure(test.aucPr)}   AUC-ROC ${figure(test.aucRoc)}   ${test.tasks} tasks`,
        `model ${hash} of step ${step}`,
      ].join('\n'),
    );
    return exitCodes.success;
  },
});

/** @throws NO_MODEL when neither a scan nor a model trained alone is there */
function runToTake(catalog: Catalog): string {
  const scanned = newestScan(catalog);
  const { cells, best } = scanned === undefined ? { cells: [], best: null } : describeScan(catalog, scanned.id);
  const runId = best === null ? undefined : cells[best]?.runId;
  const taken = runId ?? listModels(catalog).find(({ kind }) => kind === 'alone')?.runId;
  if (taken === undefined) throw new ChoraleError('NO_MODEL', {});
  return taken;
}
