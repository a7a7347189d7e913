/** The bytes that leave a partner in a round: its change of the trunk, encoded, committed to, masked and cut into chunks. */
import { type ChunkList, listChunks } from './chunks.ts';
import { commitmentTo, type EncodedUpdate, encodeUpdate } from './encoding.ts';
import { addMasks } from './masks.ts';
import type { Submission } from './partner.ts';

export type PreparedUpload = EncodedUpdate & {
  /** What leaves: `encoded` plus all masks, in the plan's ring. */
  readonly masked: Uint8Array;
  readonly commitment: string;
  readonly chunkList: ChunkList;
};

/**
 * @param change of the whole trunk: the trained one minus the global one
 * @param residual as in `encodeUpdate`
 * The same submission, change and residual give the same bytes.
 */
export function prepareUpload(
  { terms, roundingSeed, masks }: Submission,
  change: Float32Array,
  residual: Float32Array | null,
): PreparedUpload {
  const update = encodeUpdate(change, residual, terms, roundingSeed);
  const masked = update.encoded.slice();
  addMasks(masked, masks, terms.ringBits);
  return {
    ...update,
    masked,
    commitment: commitmentTo(update.encoded, roundingSeed),
    chunkList: listChunks(masked),
  };
}
