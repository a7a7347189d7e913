/** Training as the page asks for it. */
import { listRuns, readRunPoints } from '../../catalog/runs.ts';
import {
  describeModels,
  describeRun,
  findRun,
  readGains,
  readMeans,
  readTaskResults,
  readyToTrain,
} from '../../training/overview.ts';
import { executionProvider } from '../../training/provider.ts';
import { procedures } from '../procedures.ts';

export const trainingRoutes = {
  ready: procedures.training.ready.handler(({ context }) => readyToTrain(context.workspace().catalog)),
  provider: procedures.training.provider.handler(() => executionProvider),
  start: procedures.training.start.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('train', input);
    return { jobId: id };
  }),
  runs: procedures.training.runs.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    return listRuns(catalog, input.limit).map((row) => describeRun(catalog, row));
  }),
  run: procedures.training.run.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    return describeRun(catalog, findRun(catalog, input.id));
  }),
  curve: procedures.training.curve.handler(({ context, input }) => [
    ...readRunPoints(context.workspace().catalog, input.runId, input.after),
  ]),
  models: procedures.training.models.handler(({ context, input }) =>
    describeModels(context.workspace().catalog, input.kind),
  ),
  means: procedures.training.means.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    return {
      validation: readMeans(catalog, input.modelId, 'validation'),
      test: readMeans(catalog, input.modelId, 'test'),
    };
  }),
  tasks: procedures.training.tasks.handler(({ context, input }) =>
    readTaskResults(context.workspace().catalog, input.aloneModelId, input.globalModelId, input.fold),
  ),
  gains: procedures.training.gains.handler(({ context, input }) =>
    readGains(context.workspace().catalog, input.aloneModelId, input.globalModelId),
  ),
};
