/** `chorale export sparsechem`: the newest task set as matrices and tables for SparseChem and MELLODDY-TUNER. */
import { resolve } from 'node:path';
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { Control } from '../../contract/progress.ts';
import { exportSparsechem } from '../../tasks/export/sparsechem.ts';
import { auditAct } from '../audited.ts';
import { type ExitCode, exitCodes } from './command.ts';

export const sparsechem = 'sparsechem';

export async function writeSparsechem(
  workspace: Workspace,
  { out, aux }: { readonly out: string | undefined; readonly aux: boolean },
  control: Control,
  print: (value: unknown, text: string) => void,
): Promise<ExitCode> {
  if (out === undefined) {
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'out', message: 'a folder is needed' }] });
  }
  const folder = resolve(out);
  const { files, ...counts } = await exportSparsechem(workspace.catalog, folder, { auxiliary: aux }, control);
  const { rows, tasks, labels, regressionTasks, values } = counts;
  auditAct(workspace, { act: 'export-made', subject: sparsechem, detail: { compounds: rows, tasks } });
  print(
    { folder, ...counts, files },
    [
      `${rows} compounds, ${tasks} tasks with ${labels} labels, ${regressionTasks} regression tasks with ${values} values`,
      ...files.map((file) => `  ${file}`),
      `written to ${out}`,
    ].join('\n'),
  );
  return exitCodes.success;
}
