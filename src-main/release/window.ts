/** A window into the bytes that leave, with the numbers before the mask beside them. */
import type { PackageRow } from '../catalog/packages.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { PackageBytes } from '../contract/release.ts';
import { groupBytes, unpack } from '../federation/ring.ts';
import { findPackage } from './decide.ts';
import { readEscrow } from './escrow.ts';
import { readManifest } from './manifest.ts';
import { readPayload } from './send.ts';

/**
 * @param offset of the first byte; what lies beyond the end is left out
 * @throws NOT_FOUND when there is no such package, or its files were removed under the retention rule
 */
export function readWindow(workspace: Workspace, hash: string, offset: number, length: number): PackageBytes {
  const row = findPackage(workspace.catalog, hash);
  if (row.filesRemovedAt !== null) throw new ChoraleError('NOT_FOUND', { kind: 'payload', id: row.name });
  const { tensors, payload, encoding } = readManifest(row.manifest, row.hash).content;
  const { masked, encoded } = open(workspace, row);
  const start = Math.min(offset, masked.length);
  const end = Math.min(start + length, masked.length);

  const group = groupBytes(encoding.ringBits);
  let next = 0;
  const placed = tensors.map(({ name, bytes }) => {
    const place = { name, offset: next, bytes };
    next += bytes;
    return place;
  });
  return {
    offset: start,
    total: masked.length,
    masked: Buffer.from(masked.subarray(start, end)).toString('base64'),
    encoded: [...unpack(encoded.subarray(roundDown(start, group), roundUp(end, group)), encoding.ringBits)],
    bytesPerNumber: payload.bytesPerNumber,
    tensors: placed.filter((tensor) => tensor.offset < end && tensor.offset + tensor.bytes > start),
  };
}

const roundDown = (byte: number, group: number): number => byte - (byte % group);
const roundUp = (byte: number, group: number): number => Math.ceil(byte / group) * group;

type Opened = { readonly masked: Uint8Array; readonly encoded: Uint8Array };

/** The last package that was looked into, so that turning pages does not decrypt it anew; memory may be taken back. */
const lastOpened = new WeakMap<Workspace, { readonly hash: string; readonly opened: WeakRef<Opened> }>();

function open(workspace: Workspace, row: PackageRow): Opened {
  const last = lastOpened.get(workspace);
  const known = last?.hash === row.hash ? last.opened.deref() : undefined;
  if (known !== undefined) return known;
  const opened = {
    masked: readPayload(workspace.vault, row),
    encoded: readEscrow(row.escrowFile, workspace.vault.read(row.escrowFile)).encoded,
  };
  lastOpened.set(workspace, { hash: row.hash, opened: new WeakRef(opened) });
  return opened;
}
