/** What an auditor does: from the escrow to the commitment, and under the kept masks to the very bytes that left. */
import type { Workspace } from '../catalog/workspace.ts';
import type { RebuiltPackage } from '../contract/release.ts';
import { listChunks } from '../federation/chunks.ts';
import { commitmentTo } from '../federation/encoding.ts';
import { addMasks } from '../federation/masks.ts';
import { findPackage } from './decide.ts';
import { readEscrow } from './escrow.ts';
import { readManifest } from './manifest.ts';

export type Rebuilt = RebuiltPackage & {
  /** The packed numbers before the mask. */
  readonly encoded: Uint8Array;
  /** The bytes that left, made anew. */
  readonly masked: Uint8Array;
};

/** @throws NOT_FOUND when the escrow was removed under the retention rule, WORKSPACE_DAMAGED when it was changed */
export function rebuildFromEscrow({ catalog, vault }: Workspace, packageHash: string): Rebuilt {
  const row = findPackage(catalog, packageHash);
  const { payload, encoding } = readManifest(row.manifest, row.hash).content;
  const { seed, masks, encoded } = readEscrow(row.escrowFile, vault.read(row.escrowFile));
  const masked = encoded.slice();
  addMasks(masked, masks, encoding.ringBits);
  const commitment = commitmentTo(encoded, seed);
  const { root } = listChunks(masked);
  return {
    encoded,
    masked,
    encodedBytes: encoded.length,
    commitment,
    commitmentAgrees: commitment === payload.commitment,
    merkleRoot: root,
    merkleRootAgrees: root === payload.merkleRoot,
  };
}
