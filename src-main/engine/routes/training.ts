/** Training as the page asks for it. */
import { fusionOf } from '../../catalog/fusions.ts';
import { listRuns, readRunPoints } from '../../catalog/runs.ts';
import { benefitTasksAsCsv, gainsAsCsv, readBenefit } from '../../training/benefit.ts';
import {
  describeFusion,
  describeModels,
  describeRun,
  findModel,
  findRun,
  readMeans,
  readTaskResults,
  readyToTrain,
} from '../../training/overview.ts';
import { readReport, reportGroupsAsCsv, reportTasksAsCsv } from '../../training/report.ts';
import { readModelFile } from '../../training/stored-model.ts';
import { procedures } from '../procedures.ts';

/** Bytes of a file that travel at a time. */
const piece = 2 ** 20;

export const trainingRoutes = {
  ready: procedures.training.ready.handler(({ context }) => readyToTrain(context.workspace().catalog)),
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
  report: procedures.training.report.handler(({ context, input }) =>
    readReport(context.workspace().catalog, input.modelId),
  ),
  exportReport: procedures.training.exportReport.handler(async function* ({ context, input }) {
    const report = readReport(context.workspace().catalog, input.modelId);
    yield* input.rows === 'tasks' ? reportTasksAsCsv(report) : reportGroupsAsCsv(report);
  }),
  exportModel: procedures.training.exportModel.handler(async function* ({ context, input }) {
    const workspace = context.workspace();
    const bytes = readModelFile(workspace, findModel(workspace.catalog, input.modelId));
    for (let start = 0; start < bytes.length; start += piece) {
      yield Buffer.from(bytes.subarray(start, start + piece)).toString('base64');
    }
  }),
  benefit: procedures.training.benefit.handler(({ context, input: { aloneModelId, globalModelId, metric } }) =>
    readBenefit(context.workspace().catalog, aloneModelId, globalModelId, metric),
  ),
  exportBenefit: procedures.training.exportBenefit.handler(async function* ({ context, input }) {
    const { aloneModelId, globalModelId, metric, rows } = input;
    const benefit = readBenefit(context.workspace().catalog, aloneModelId, globalModelId, metric);
    yield* rows === 'tasks' ? benefitTasksAsCsv(benefit) : gainsAsCsv(benefit);
  }),
  fusion: procedures.training.fusion.handler(({ context, input }) => {
    const found = fusionOf(context.workspace().catalog, input.ownModelId, input.globalModelId);
    return found === undefined ? null : describeFusion(found);
  }),
  fuse: procedures.training.fuse.handler(async ({ context, input }) => {
    const { id } = await context.jobs().start('fuse', input);
    return { jobId: id };
  }),
};
