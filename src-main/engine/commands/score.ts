/** `chorale score`: structures from a file or standard input to probabilities and values, as CSV, XLSX, SDF or JSON. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { basename, extname, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod';
import { predictedOf, readScoredCompounds } from '../../catalog/scores.ts';
import { readChemistryParameters } from '../../chemistry/parameters.ts';
import { type Chemistry, openChemistry } from '../../chemistry/pool.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { domainOf, exportFormat, type ScoreRequest, type TaskReference } from '../../contract/scoring.ts';
import { scoresAs, scoresAsCsv } from '../../scoring/export.ts';
import type { ScoreResult } from '../../scoring/score.ts';
import { describeSheet, findSheet, placedTasks } from '../../scoring/sheets.ts';
import { defineCommand, exitCodes } from './command.ts';

export const score = defineCommand({
  name: 'score [file]',
  summary: 'Score structures with the global and the own model; without a file, SMILES lines from standard input',
  declare: (command) =>
    command
      .option('--assay <code...>', 'only the tasks of these assays')
      .option('--global-model <id>', 'global, fused or retrained model; the newest global one by default')
      .option('--own-model <id>', 'model trained alone, or final one; the newest of the same tasks by default')
      .option('--output <file>', 'write .csv, .xlsx or .sdf instead of printing CSV')
      .addHelpText(
        'after',
        '\nFiles: .smi, .csv, .tsv, .xlsx with a column of SMILES, .sdf; each also as .gz.\nPrints CSV, one row per compound and task; values of regression tasks stand beside the classes. Exit code 2: some structures could not be read.',
      ),
  options: z.object({
    assay: z.array(z.string()).optional(),
    globalModel: z.string().optional(),
    ownModel: z.string().optional(),
    output: z
      .string()
      .refine((path) => exportFormat.safeParse(extname(path).slice(1).toLowerCase()).success, 'not .csv, .xlsx or .sdf')
      .optional(),
  }),
  workspace: 'write',
  async run({ args: [file], options, workspace: { catalog }, json, job, print, write }) {
    const source: ScoreRequest['source'] =
      file === undefined || file === '-'
        ? { kind: 'text', text: await text(process.stdin) }
        : { kind: 'file', path: resolve(file), name: basename(file) };
    const result = await job<ScoreResult>('score', {
      sheetId: randomUUID(),
      source,
      globalModelId: options.globalModel ?? null,
      ownModelId: options.ownModel ?? null,
    });
    const sheet = findSheet(catalog, result.sheetId);
    const placed = placedTasks(catalog, sheet).filter(({ task }) => options.assay?.includes(task.assay) ?? true);
    const missing = options.assay?.find((code) => placed.every(({ task }) => task.assay !== code));
    if (missing !== undefined) throw new ChoraleError('NOT_FOUND', { kind: 'task of assay', id: missing });

    const tasks = placed.map(({ task: { kind, taskId } }): TaskReference => ({ kind, taskId }));
    if (options.output !== undefined) {
      const format = exportFormat.parse(extname(options.output).slice(1).toLowerCase());
      let chemistry: Promise<Chemistry> | undefined;
      const open = () => (chemistry ??= openChemistry({ parameters: readChemistryParameters(catalog), workers: 1 }));
      try {
        await pipeline(scoresAs(format, catalog, sheet, tasks, open), createWriteStream(resolve(options.output)));
      } finally {
        await (await chemistry)?.close();
      }
    }
    if (json) {
      const compounds = readScoredCompounds(catalog, sheet.id, -1, sheet.compounds);
      const rows = compounds.map(({ structureKind: _, global, own, ...compound }) => ({
        ...compound,
        domain: compound.nearestSimilarity === null ? null : domainOf(compound.nearestSimilarity),
        scores:
          compound.failure !== null
            ? []
            : placed.map(({ task: { kind, taskId }, column }) => ({
                kind,
                taskId,
                global: predictedOf(global, column),
                own: predictedOf(own, column),
              })),
      }));
      print({ sheet: describeSheet(catalog, sheet), tasks: placed.map(({ task }) => task), rows }, '');
    } else if (options.output === undefined) {
      for (const piece of scoresAsCsv(catalog, sheet, tasks)) await write(piece);
    } else {
      print({}, `${result.scored} scored, ${result.failed} unreadable: ${options.output}`);
    }
    return result.failed > 0 ? exitCodes.rejected : exitCodes.success;
  },
});
