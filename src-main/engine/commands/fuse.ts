/** `chorale fuse`: the own and the global model in one, where the validation fold says that it helps. */
import * as z from 'zod';
import { fusionOf } from '../../catalog/fusions.ts';
import type { FuseResult } from '../../training/fuse-job.ts';
import { describeFusion, findModel, readMeans } from '../../training/overview.ts';
import { defineCommand, exitCodes } from './command.ts';
import { pairOf } from './report.ts';

export const fuse = defineCommand({
  name: 'fuse',
  summary: 'Fuse the own and the global model by the mean of their logits, weighted by the validation fold',
  declare: (command) =>
    command
      .option('--own-model <id>', 'model trained alone; the newest of the same tasks by default')
      .option('--global-model <id>', 'global model; the newest by default')
      .addHelpText(
        'after',
        '\nThe test fold is only reported. No model is kept where one of the two is best by itself.',
      ),
  options: z.object({ ownModel: z.string().optional(), globalModel: z.string().optional() }),
  workspace: 'write',
  async run({ workspace: { catalog }, options, job, print }) {
    const { own, global } = pairOf(catalog, options.ownModel, options.globalModel);
    const { modelId, weight, valueWeight } = await job<FuseResult>('fuse', {
      ownModelId: own.id,
      globalModelId: global.id,
    });
    const ids = { own: own.id, global: global.id, ...(modelId === null ? {} : { fused: modelId }) };
    const reached = Object.entries(ids).map(([name, id]) => ({
      name,
      model: id,
      validation: readMeans(catalog, id, 'validation'),
      test: readMeans(catalog, id, 'test'),
    }));
    const figure = (value: number | null) => (value === null ? '-' : value.toFixed(3));
    const lines = reached.map(
      ({ name, validation, test }) =>
        `${name.padEnd(8)}AUC-PR ${figure(validation.aucPr)} validation   ${figure(test.aucPr)} test   ${test.tasks} tasks`,
    );
    const outcome =
      modelId === null
        ? `Fusing does not help: the validation fold chose the ${weight === 1 ? 'global' : 'own'} model alone.`
        : `Weight of the global model: ${weight}${valueWeight === null ? '' : `, of its values ${valueWeight}`}. Fused model ${findModel(catalog, modelId).hash}`;
    const fusion = fusionOf(catalog, own.id, global.id);
    print({ fusion: fusion && describeFusion(fusion), reached }, [...lines, outcome].join('\n'));
    return exitCodes.success;
  },
});
