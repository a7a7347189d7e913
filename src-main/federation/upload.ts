/** The bytes that leave a partner in a round: its change of the trunk, encoded, committed to, masked and cut into chunks. */
import { bytesOf, type ChunkList, listChunks } from './chunks.ts';
import { commitmentTo, type EncodedUpdate, encodeUpdate } from './encoding.ts';
import { addMasks } from './masks.ts';
import type { Submission } from './partner.ts';

export type PreparedUpload = EncodedUpdate & {
  /** What leaves: `encoded` plus all masks, mod 2^32, little endian. */
  readonly masked: Int32Array;
  readonly commitment: string;
  readonly chunkList: ChunkList;
};

/**
 * @param change of the whole trunk: the trained one minus the global one
 * The same submission and change give the same bytes.
 */
export function prepareUpload(
  { tensors, fractionBits, weight, roundingSeed, masks }: Submission,
  change: Float32Array,
): PreparedUpload {
  const update = encodeUpdate(change, tensors, { fractionBits, weight, seed: roundingSeed });
  const masked = update.encoded.slice();
  addMasks(masked, masks);
  return {
    ...update,
    masked,
    commitment: commitmentTo(update.encoded, roundingSeed),
    chunkList: listChunks(bytesOf(masked)),
  };
}
