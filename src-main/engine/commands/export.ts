/** `chorale export`: what the catalog holds, as CSV or JSON, or a model as .onnx. Each kind of rows is one entry of `exporters`. */
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument } from 'commander';
import * as z from 'zod';
import type { Workspace } from '../../catalog/workspace.ts';
import { csvLine } from '../../intake/csv-text.ts';
import { auditAct } from '../audited.ts';
import { defineCommand, exitCodes } from './command.ts';
import { exportedMeasurements } from './export-measurements.ts';
import { model, writeModel } from './export-model.ts';
import { sparsechem, writeSparsechem } from './export-sparsechem.ts';
import { exportedStructures } from './export-structures.ts';
import { exportedTasks } from './export-tasks.ts';

/** Columns and rows of one kind of export, read while they are written. */
export type Exporter = (workspace: Workspace) => {
  readonly columns: readonly string[];
  readonly rows: Iterable<readonly (string | number)[]>;
};

const exporters: Readonly<Record<string, Exporter>> = {
  measurements: exportedMeasurements,
  structures: exportedStructures,
  tasks: exportedTasks,
};

/** Rows written at once. */
const chunk = 1000;

export const exportCommand = defineCommand({
  name: 'export',
  summary: 'Write what the catalog holds as CSV, or as JSON with --json; or a model as .onnx',
  declare: (command) =>
    command
      .addArgument(new Argument('<what>', 'what to write').choices([...Object.keys(exporters), sparsechem, model]))
      .option('--out <file>', `file to write to, else the output; for ${sparsechem} a folder`)
      .option('--model <id>', `for ${model}: which one; the newest global one, else the newest own one`)
      .option('--aux', `for ${sparsechem}: with auxiliary assays, and without regression`),
  options: z.object({ out: z.string().optional(), model: z.string().optional(), aux: z.boolean().default(false) }),
  workspace: 'read',
  async run({ args: [what = ''], options: { out, aux, model: modelId }, workspace, json, control, write, print }) {
    if (what === sparsechem) return writeSparsechem(workspace, { out, aux }, control, print);
    if (what === model) return writeModel(workspace, { out, modelId }, print);
    auditAct(workspace, { act: 'export-made', subject: what });
    const { columns, rows } = (exporters[what] ?? exportedMeasurements)(workspace);
    const file = out === undefined ? undefined : await open(resolve(out), 'w', 0o600);
    const put = file === undefined ? write : async (text: string) => void (await file.write(text));
    let count = 0;
    let pending = json ? '[' : csvLine(columns);
    try {
      for (const row of rows) {
        control.signal.throwIfAborted();
        pending += json ? `${count === 0 ? '\n' : ',\n'}${JSON.stringify(named(columns, row))}` : csvLine(row);
        count += 1;
        if (count % chunk === 0) {
          await put(pending);
          pending = '';
          control.report({ step: 'export.rows', done: count });
        }
      }
      await put(json ? `${pending}\n]\n` : pending);
    } finally {
      await file?.close();
    }
    if (out !== undefined) print({ what, file: resolve(out), rows: count }, `${count} ${what} written to ${out}`);
    return exitCodes.success;
  },
});

const named = (columns: readonly string[], row: readonly (string | number)[]): Record<string, string | number> =>
  Object.fromEntries(columns.map((column, position) => [column, row[position] ?? '']));
