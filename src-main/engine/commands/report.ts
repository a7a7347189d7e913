/** `chorale report`: every metric of a model, or what the consortium adds for this partner, as CSV or JSON. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, Option } from 'commander';
import * as z from 'zod';
import { listModels, type ModelKind, type ModelRow } from '../../catalog/models.ts';
import type { Catalog } from '../../catalog/open.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { benefitMetric } from '../../contract/training.ts';
import { benefitTasksAsCsv, gainsAsCsv, readBenefit } from '../../training/benefit.ts';
import { findModel } from '../../training/overview.ts';
import { readReport, reportGroupsAsCsv, reportTasksAsCsv } from '../../training/report.ts';
import { auditAct } from '../audited.ts';
import { defineCommand, exitCodes } from './command.ts';

export const report = defineCommand({
  name: 'report',
  summary: 'Write the metrics of a model, or what the consortium adds, as CSV, or as JSON with --json',
  declare: (command) =>
    command
      .addArgument(
        new Argument('[what]', 'metrics of one model, or benefit of the global model over the own one')
          .choices(['metrics', 'benefit'])
          .default('metrics'),
      )
      .option('--model <id>', 'model whose metrics are written; the newest global one, else the newest own one')
      .option('--own-model <id>', 'for benefit: model trained alone; the newest of the same tasks by default')
      .option('--global-model <id>', 'for benefit: model to compare; the newest global one by default')
      .addOption(
        new Option('--metric <name>', 'for benefit: what is compared').choices(benefitMetric.options).default('aucPr'),
      )
      .addOption(new Option('--rows <what>', 'rows of the CSV').choices(['groups', 'tasks']).default('groups'))
      .option('--out <file>', 'file to write to, else the output')
      .addHelpText(
        'after',
        '\nGroups are all tasks, assay types, and for benefit also numbers of labels. The JSON has tasks and groups.',
      ),
  options: z.object({
    model: z.string().optional(),
    ownModel: z.string().optional(),
    globalModel: z.string().optional(),
    metric: benefitMetric,
    rows: z.enum(['groups', 'tasks']),
    out: z.string().optional(),
  }),
  workspace: 'read',
  async run({ args: [what], options, workspace, json, print, write }) {
    const { catalog } = workspace;
    const { value, csv } = what === 'benefit' ? benefitOf(catalog, options) : metricsOf(catalog, options);
    auditAct(workspace, { act: 'export-made', subject: what ?? 'metrics', detail: { rows: options.rows } });
    const text = json ? `${JSON.stringify(value, null, 2)}\n` : [...csv].join('');
    if (options.out === undefined) await write(text);
    else {
      const file = await open(resolve(options.out), 'w', 0o600);
      await file.writeFile(text).finally(() => file.close());
      print({ file: resolve(options.out) }, `Written to ${options.out}`);
    }
    return exitCodes.success;
  },
});

type Options = {
  readonly model?: string | undefined;
  readonly ownModel?: string | undefined;
  readonly globalModel?: string | undefined;
  readonly metric: z.infer<typeof benefitMetric>;
  readonly rows: 'groups' | 'tasks';
};

type Answer = { readonly value: unknown; readonly csv: Iterable<string> };

function metricsOf(catalog: Catalog, { model, rows }: Options): Answer {
  const value = readReport(catalog, modelOrNewest(catalog, model).id);
  return { value, csv: rows === 'tasks' ? reportTasksAsCsv(value) : reportGroupsAsCsv(value) };
}

/** The model asked for, else the newest global one, else the newest trained alone. @throws NO_MODEL, NOT_FOUND */
export function modelOrNewest(catalog: Catalog, id: string | undefined): ModelRow {
  const found = id === undefined ? (newest(catalog, 'global') ?? newest(catalog, 'alone')) : findModel(catalog, id);
  if (found === undefined) throw new ChoraleError('NO_MODEL', {});
  return found;
}

function benefitOf(catalog: Catalog, { ownModel, globalModel, metric, rows }: Options): Answer {
  const { own, global } = pairOf(catalog, ownModel, globalModel);
  const value = readBenefit(catalog, own.id, global.id, metric);
  return { value, csv: rows === 'tasks' ? benefitTasksAsCsv(value) : gainsAsCsv(value) };
}

/**
 * The models asked for; where none is, the newest global one and the newest one of the same tasks that was trained alone.
 * @throws NO_MODEL without such a pair, NOT_FOUND
 */
export function pairOf(catalog: Catalog, ownId: string | undefined, globalId: string | undefined) {
  const asked = ownId === undefined ? undefined : findModel(catalog, ownId);
  const global = globalId === undefined ? newest(catalog, 'global', asked?.taskSetId) : findModel(catalog, globalId);
  const own = asked ?? newest(catalog, 'alone', global?.taskSetId);
  if (own === undefined || global === undefined) throw new ChoraleError('NO_MODEL', {});
  return { own, global };
}

const newest = (catalog: Catalog, kind: ModelKind, taskSetId?: number): ModelRow | undefined =>
  listModels(catalog).find((model) => model.kind === kind && (taskSetId ?? model.taskSetId) === model.taskSetId);
