/** The sum of masked uploads, chunk by chunk: memory is bounded by the chunks, not by the model. */
import { chunkCount, chunkHash, merkleRoot } from './chunks.ts';
import { keystreams, type Mask } from './masks.ts';
import { type Addend, addAllPacked, type RingBits } from './ring.ts';

export type SummedChunks = { readonly root: string; readonly bytes: number; readonly chunks: readonly string[] };

/**
 * @param uploads for each partner in the sum the hashes of its chunks, in order
 * @param removing what must be added so that all masks are gone, see the coordinator's `removingMasks`
 * @param read gives a chunk by its hash
 * @param write keeps a chunk of the sum
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
  for (let index = 0; index < chunkCount(bytes); index++) {
    const [first, ...others] = await Promise.all(uploads.map((upload) => read(upload[index]!)));
    const chunk = Buffer.allocUnsafeSlow(first!.length);
    const addends = others.map((other): Addend => ({ sign: 1, next: (from, to) => other.subarray(from, to) }));
    addAllPacked(chunk, [...addends, ...masks], ringBits, first);
    const hash = chunkHash(chunk);
    await write(hash, chunk);
    chunks.push(hash);
  }
  return { root: merkleRoot(chunks), bytes, chunks };
}
