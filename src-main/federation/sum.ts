/** The sum of masked uploads, chunk by chunk: memory is bounded by the chunks, not by the model. */
import { chunkCount, chunkHash, chunkLength, merkleRoot } from './chunks.ts';
import { keystreams, type Mask } from './masks.ts';
import { addAllPacked, addendOf, type RingBits } from './ring.ts';

export type SummedChunks = { readonly root: string; readonly bytes: number; readonly chunks: readonly string[] };

/**
 * @param uploads for each partner in the sum the hashes of its chunks, in order
 * @param removing what must be added so that all masks are gone, see the coordinator's `removingMasks`
 * @param read gives a chunk by its hash
 * @param write keeps a chunk of the sum, whose bytes hold until it is done
 */
export async function sumUploads(
  { bytes, ringBits }: { readonly bytes: number; readonly ringBits: RingBits },
  uploads: readonly (readonly string[])[],
  removing: readonly Mask[],
  read: (hash: string) => Promise<Uint8Array>,
  write: (hash: string, chunk: Uint8Array) => Promise<void>,
): Promise<SummedChunks> {
  const masks = keystreams(removing);
  const chunks: string[] = [];
  const whole = Buffer.allocUnsafeSlow(chunkLength(bytes, 0));
  for (let index = 0; index < chunkCount(bytes); index++) {
    const [first, ...others] = await Promise.all(uploads.map((upload) => read(upload[index]!)));
    const chunk = whole.subarray(0, first!.length);
    const addends = others.map((other) => addendOf(other));
    addAllPacked(chunk, [...addends, ...masks], ringBits, first);
    const hash = chunkHash(chunk);
    await write(hash, chunk);
    chunks.push(hash);
  }
  return { root: merkleRoot(chunks), bytes, chunks };
}
