/** `chorale score`: structures from a file or standard input to probabilities, as CSV or JSON. */
import { randomUUID } from 'node:crypto';
import { basename, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { readScoredCompounds } from '../../catalog/scores.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { domainOf, type ScoreRequest } from '../../contract/scoring.ts';
import { scoresAsCsv } from '../../scoring/export.ts';
import type { ScoreResult } from '../../scoring/score.ts';
import { describeSheet, findSheet, sheetTasks } from '../../scoring/sheets.ts';
import { defineCommand, exitCodes } from './command.ts';

export const score = defineCommand({
  name: 'score [file]',
  summary: 'Score structures with the global and the own model; without a file, SMILES lines from standard input',
  declare: (command) =>
    command
      .option('--assay <code...>', 'only the tasks of these assays')
      .option('--global-model <id>', 'global model; the newest by default')
      .option('--own-model <id>', 'model trained alone; the newest of the same tasks by default')
      .addHelpText(
        'after',
        '\nFiles: .smi, .csv, .tsv, .xlsx with a column of SMILES, .sdf; each also as .gz.\nPrints CSV, one row per compound and task. Exit code 2: some structures could not be read.',
      ),
  options: z.object({
    assay: z.array(z.string()).optional(),
    globalModel: z.string().optional(),
    ownModel: z.string().optional(),
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
    const columns = sheetTasks(catalog, sheet)
      .map((task, index) => ({ ...task, index }))
      .filter(({ assay }) => options.assay?.includes(assay) ?? true);
    const missing = options.assay?.find((code) => columns.every(({ assay }) => assay !== code));
    if (missing !== undefined) throw new ChoraleError('NOT_FOUND', { kind: 'task of assay', id: missing });

    if (json) {
      const compounds = readScoredCompounds(catalog, sheet.id, -1, sheet.compounds);
      const rows = compounds.map(({ structureKind: _, global, own, ...compound }) => ({
        ...compound,
        domain: compound.nearestSimilarity === null ? null : domainOf(compound.nearestSimilarity),
        scores:
          compound.failure !== null
            ? []
            : columns.map(({ taskId, index }) => ({
                taskId,
                global: global?.[index] ?? null,
                own: own?.[index] ?? null,
              })),
      }));
      print({ sheet: describeSheet(catalog, sheet), tasks: columns.map(({ index: _, ...task }) => task), rows }, '');
    } else {
      const taskIds = columns.map(({ taskId }) => taskId);
      for (const piece of scoresAsCsv(catalog, sheet, taskIds)) await write(piece);
    }
    return result.failed > 0 ? exitCodes.rejected : exitCodes.success;
  },
});
