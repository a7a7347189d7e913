/** What an auditor does: from the escrow to the commitment, and under the kept masks to the very bytes that left. */
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked, unattended } from '../contract/progress.ts';
import type { PackageManifest, RebuiltPackage } from '../contract/release.ts';
import { chunkBytes, chunkLister } from '../federation/chunks.ts';
import { commitmentHash } from '../federation/encoding.ts';
import { maskStream } from '../federation/masks.ts';
import { type Escrow, openEscrow } from './escrow.ts';
import { readManifest } from './manifest.ts';
import { findPackage } from './situation.ts';

/**
 * @param each is told of the packed numbers before the mask and of the bytes that left, made anew, chunk by chunk
 * @throws NOT_FOUND when the escrow was removed under the retention rule, WORKSPACE_DAMAGED when it was changed
 */
export function rebuildFromEscrow(
  { catalog, vault }: Workspace,
  packageHash: string,
  each: (encoded: Uint8Array, masked: Uint8Array) => void = () => {},
): RebuiltPackage {
  const row = findPackage(catalog, packageHash);
  if (row.filesRemovedAt !== null) throw new ChoraleError('NOT_FOUND', { kind: 'escrow', id: row.name });
  const { payload, encoding } = readManifest(row.manifest, row.hash).content;
  const escrow = openEscrow(vault, row.escrowFile);
  try {
    const found = rebuild(escrow, encoding, unattended, each);
    return {
      ...found,
      commitmentAgrees: found.commitment === payload.commitment,
      merkleRootAgrees: found.merkleRoot === payload.merkleRoot,
    };
  } finally {
    escrow.encoded.close();
  }
}

/** The same from an escrow alone, wherever it lies. @throws WORKSPACE_DAMAGED, CANCELLED */
export function rebuild(
  { seed, masks, encoded }: Escrow,
  { ringBits }: Pick<PackageManifest['content']['encoding'], 'ringBits'>,
  control: Control,
  each: (encoded: Uint8Array, masked: Uint8Array) => void = () => {},
): Pick<RebuiltPackage, 'encodedBytes' | 'commitment' | 'merkleRoot'> {
  const stream = maskStream(masks, ringBits);
  const committed = commitmentHash(seed);
  const chunks = chunkLister();
  for (let from = 0; from < encoded.bytes; from += chunkBytes) {
    stopIfAsked(control);
    control.report({ step: 'bundle.rebuild', done: from, total: encoded.bytes });
    const part = encoded.read(from, from + chunkBytes);
    committed.update(part);
    const masked = part.slice();
    stream.addTo(masked);
    chunks.add(masked);
    each(part, masked);
  }
  return { encodedBytes: encoded.bytes, commitment: committed.digest('hex'), merkleRoot: chunks.end().root };
}
