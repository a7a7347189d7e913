/** A file of the vault as the chunks it is sent in. */
import type { Vault, VaultReader } from '../catalog/vault.ts';
import { type ChunkList, chunkBytes, chunkLister } from '../federation/chunks.ts';

export const storedChunk = (file: VaultReader, index: number): Uint8Array =>
  file.read(index * chunkBytes, (index + 1) * chunkBytes);

/** Their hashes, from a file that is read once, chunk by chunk. */
export function listStored(file: VaultReader): ChunkList {
  const lister = chunkLister();
  for (let from = 0; from < file.bytes; from += chunkBytes) lister.add(file.read(from, from + chunkBytes));
  return lister.end();
}

export function withFile<Result>(vault: Vault, name: string, use: (file: VaultReader) => Result): Result {
  const file = vault.open(name);
  try {
    return use(file);
  } finally {
    file.close();
  }
}
