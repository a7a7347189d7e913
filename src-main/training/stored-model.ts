/** The .onnx file of a model that the catalog knows, as long as it is the one that was trained. */
import type { ModelRow } from '../catalog/models.ts';
import { sha256 } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';

/** @throws MODEL_UNREADABLE when the bytes are not those that were trained */
export function readModelFile({ vault }: Workspace, { id, file, hash }: ModelRow): Uint8Array {
  const bytes = vault.read(file);
  if (sha256(bytes) !== hash) throw new ChoraleError('MODEL_UNREADABLE', { model: id, reason: 'hash' });
  return bytes;
}
