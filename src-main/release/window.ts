/** A window into the bytes that leave, with the numbers before the mask beside them. */
import type { PackageRow } from '../catalog/packages.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { PackageBytes } from '../contract/release.ts';
import { groupBytes, unpack } from '../federation/ring.ts';
import { openEscrow } from './escrow.ts';
import { readManifest } from './manifest.ts';
import { withPayload } from './send.ts';
import { findPackage } from './situation.ts';

/**
 * @param offset of the first byte; what lies beyond the end is left out
 * @throws NOT_FOUND when there is no such package, or its files were removed under the retention rule
 */
export function readWindow(workspace: Workspace, hash: string, offset: number, length: number): PackageBytes {
  const row = findPackage(workspace.catalog, hash);
  if (row.filesRemovedAt !== null) throw new ChoraleError('NOT_FOUND', { kind: 'payload', id: row.name });
  const { tensors, payload, encoding } = readManifest(row.manifest, row.hash).content;
  const start = Math.min(offset, payload.bytes);
  const end = Math.min(start + length, payload.bytes);

  const group = groupBytes(encoding.ringBits);
  const masked = withPayload(workspace.vault, row, (file) => file.read(start, end));
  const { encoded: escrowed } = openEscrow(workspace.vault, row.escrowFile);
  const encoded = escrowed.read(roundDown(start, group), roundUp(end, group));
  escrowed.close();
  let next = 0;
  const placed = tensors.map(({ name, bytes }) => {
    const place = { name, offset: next, bytes };
    next += bytes;
    return place;
  });
  return {
    offset: start,
    total: payload.bytes,
    masked: Buffer.from(masked).toString('base64'),
    encoded: [...unpack(encoded, encoding.ringBits)],
    bytesPerNumber: payload.bytesPerNumber,
    tensors: placed.filter((tensor) => tensor.offset < end && tensor.offset + tensor.bytes > start),
  };
}

/** Read at once where all are read; while something is looked for, other work of the process goes on between two such parts. */
const partBytes = 1 << 20;

/**
 * Where these bytes stand among those that leave.
 * @param from the first place that is looked at
 * @throws as `readWindow`, CANCELLED
 */
export async function findInPayload(
  workspace: Workspace,
  hash: string,
  sought: Uint8Array,
  from: number,
  signal?: AbortSignal,
): Promise<number | null> {
  const { row, total } = keptPayload(workspace, hash);
  const needle = Buffer.from(sought);
  for (let start = from; start + needle.length <= total; start += partBytes) {
    if (signal?.aborted === true) throw new ChoraleError('CANCELLED', {});
    const end = Math.min(start + partBytes + needle.length - 1, total);
    const part = Buffer.from(withPayload(workspace.vault, row, (file) => file.read(start, end)));
    const at = part.indexOf(needle);
    if (at >= 0) return start + at;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return null;
}

/**
 * All bytes that leave, in order.
 * @throws as `readWindow`
 */
export function* payloadParts(workspace: Workspace, hash: string): Generator<Uint8Array> {
  const { row, total } = keptPayload(workspace, hash);
  for (let start = 0; start < total; start += partBytes) {
    yield withPayload(workspace.vault, row, (file) => file.read(start, Math.min(start + partBytes, total)));
  }
}

function keptPayload(workspace: Workspace, hash: string): { readonly row: PackageRow; readonly total: number } {
  const row = findPackage(workspace.catalog, hash);
  if (row.filesRemovedAt !== null) throw new ChoraleError('NOT_FOUND', { kind: 'payload', id: row.name });
  return { row, total: readManifest(row.manifest, row.hash).content.payload.bytes };
}

const roundDown = (byte: number, group: number): number => byte - (byte % group);
const roundUp = (byte: number, group: number): number => Math.ceil(byte / group) * group;
