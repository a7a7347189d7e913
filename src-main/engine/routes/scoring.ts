/** Scoring as the page asks for it. */
import { randomUUID } from 'node:crypto';
import { removeSheets } from '../../catalog/scores.ts';
import type { ScoreRequest, ScoreStart } from '../../contract/scoring.ts';
import { failuresAsCsv, scoresAs } from '../../scoring/export.ts';
import { scoringModels } from '../../scoring/models.ts';
import {
  describeSheet,
  describeSheets,
  findSheet,
  readPoints,
  readRows,
  readTaskCard,
  sheetTasks,
} from '../../scoring/sheets.ts';
import type { EngineContext } from '../context.ts';
import { procedures } from '../procedures.ts';

const { scoring } = procedures;

export const scoringRoutes = {
  models: scoring.models.handler(({ context }) => scoringModels(context.workspace().catalog)),
  start: scoring.start.handler(async ({ context, input }) => {
    const sheetId = randomUUID();
    const request: ScoreRequest = { ...input, sheetId, source: sourceOf(context, input.source) };
    const { id } = await context.jobs().start('score', request);
    if (input.source.kind === 'upload') void removeAfter(context, id, input.source.token);
    return { jobId: id, sheetId };
  }),
  sheets: scoring.sheets.handler(({ context }) => describeSheets(context.workspace().catalog)),
  sheet: scoring.sheet.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    const sheet = findSheet(catalog, input.sheetId);
    return { ...describeSheet(catalog, sheet), tasks: sheetTasks(catalog, sheet) };
  }),
  page: scoring.page.handler(({ context, input: { sheetId, ...page } }) => {
    const { catalog } = context.workspace();
    return readRows(catalog, findSheet(catalog, sheetId), page);
  }),
  points: scoring.points.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    return readPoints(catalog, findSheet(catalog, input.sheetId), input.task);
  }),
  task: scoring.task.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    return readTaskCard(catalog, findSheet(catalog, input.sheetId), input.task);
  }),
  export: scoring.export.handler(async function* ({ context, input: { sheetId, tasks, format } }) {
    const { catalog } = context.workspace();
    for await (const piece of scoresAs(format, catalog, findSheet(catalog, sheetId), tasks, context.chemistry)) {
      yield typeof piece === 'string' ? piece : Buffer.from(piece).toString('base64');
    }
  }),
  exportFailures: scoring.exportFailures.handler(async function* ({ context, input }) {
    const { catalog } = context.workspace();
    yield* failuresAsCsv(catalog, findSheet(catalog, input.sheetId));
  }),
  clear: scoring.clear.handler(({ context, input }) => ({
    removed: removeSheets(context.workspace().catalog, input.sheetId),
  })),
};

function sourceOf(context: EngineContext, source: ScoreStart['source']): ScoreRequest['source'] {
  if (source.kind === 'text') return source;
  const { path, name } = context.uploads().file(source.token);
  return { kind: 'file', path, name };
}

/** A job that is only interrupted goes on at the next opening, and needs its file then. */
async function removeAfter({ jobs, uploads }: EngineContext, jobId: string, token: string): Promise<void> {
  const job = await jobs().finished(jobId);
  if (job.finishedAt !== null) uploads().remove(token);
}
