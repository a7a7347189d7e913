/** The sum of masked uploads, chunk by chunk: memory is bounded by the chunks, not by the model. */
import { bytesOf, chunkCount, chunkHash, merkleRoot, numbersOf } from './chunks.ts';
import { type Mask, maskStream } from './masks.ts';

export type SummedChunks = { readonly root: string; readonly bytes: number; readonly chunks: readonly string[] };

/**
 * @param uploads for each partner in the sum the hashes of its chunks, in order
 * @param removing what must be added so that all masks are gone, see the coordinator's `removingMasks`
 * @param read gives a chunk by its hash
 * @param write keeps a chunk of the sum
 */
export async function sumUploads(
  bytes: number,
  uploads: readonly (readonly string[])[],
  removing: readonly Mask[],
  read: (hash: string) => Promise<Uint8Array>,
  write: (hash: string, chunk: Uint8Array) => Promise<void>,
): Promise<SummedChunks> {
  const masks = maskStream(removing);
  const chunks: string[] = [];
  for (let index = 0; index < chunkCount(bytes); index++) {
    const [first, ...others] = await Promise.all(uploads.map((upload) => read(upload[index]!)));
    const sum = numbersOf(first!).slice();
    for (const other of others) {
      const numbers = numbersOf(other);
      for (let i = 0; i < sum.length; i++) sum[i] = (sum[i]! + numbers[i]!) | 0;
    }
    masks.addTo(sum);
    const chunk = bytesOf(sum);
    const hash = chunkHash(chunk);
    await write(hash, chunk);
    chunks.push(hash);
  }
  return { root: merkleRoot(chunks), bytes, chunks };
}
