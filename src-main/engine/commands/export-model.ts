/** `chorale export model`: a model as the ordinary .onnx file that training made, for any tool that reads ONNX. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { readModelFile } from '../../training/stored-model.ts';
import { auditAct } from '../audited.ts';
import { type ExitCode, exitCodes } from './command.ts';
import { modelOrNewest } from './report.ts';

export const model = 'model';

/** @throws INPUT_INVALID without a file to write to, NO_MODEL, NOT_FOUND, MODEL_UNREADABLE */
export function writeModel(
  workspace: Workspace,
  { out, modelId }: { readonly out: string | undefined; readonly modelId: string | undefined },
  print: (value: unknown, text: string) => void,
): ExitCode {
  if (out === undefined) {
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'out', message: 'a file is needed' }] });
  }
  const chosen = modelOrNewest(workspace.catalog, modelId);
  const { id, kind, step, hash, bytes } = chosen;
  auditAct(workspace, { act: 'export-made', subject: model, detail: { model: id } });
  writeFileSync(resolve(out), readModelFile(workspace, chosen), { mode: 0o600 });
  print({ file: resolve(out), id, kind, step, hash, bytes }, `${kind} model ${hash} written to ${out}`);
  return exitCodes.success;
}
