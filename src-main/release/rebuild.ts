/** What an auditor does: from the escrow to the commitment, and under the kept masks to the very bytes that left. */
import type { Workspace } from '../catalog/workspace.ts';
import type { RebuiltPackage } from '../contract/release.ts';
import { chunkBytes, chunkLister } from '../federation/chunks.ts';
import { commitmentHash } from '../federation/encoding.ts';
import { maskStream } from '../federation/masks.ts';
import { findPackage } from './decide.ts';
import { openEscrow } from './escrow.ts';
import { readManifest } from './manifest.ts';

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
  const { payload, encoding } = readManifest(row.manifest, row.hash).content;
  const { seed, masks, encoded } = openEscrow(vault, row.escrowFile);
  try {
    const stream = maskStream(masks, encoding.ringBits);
    const committed = commitmentHash(seed);
    const chunks = chunkLister();
    for (let from = 0; from < encoded.bytes; from += chunkBytes) {
      const part = encoded.read(from, from + chunkBytes);
      committed.update(part);
      const masked = part.slice();
      stream.addTo(masked);
      chunks.add(masked);
      each(part, masked);
    }
    const commitment = committed.digest('hex');
    const { root } = chunks.end();
    return {
      encodedBytes: encoded.bytes,
      commitment,
      commitmentAgrees: commitment === payload.commitment,
      merkleRoot: root,
      merkleRootAgrees: root === payload.merkleRoot,
    };
  } finally {
    encoded.close();
  }
}
