/** Brings a file from the page to the engine in chunks, so that neither side ever holds it whole. */
import { chunkBytes } from '../../src-main/contract/upload.ts';
import type { Client } from './connect.ts';

export type UploadedFile = Awaited<ReturnType<Client['upload']['finish']>>;

/** @param report gets the share done, from 0 to 1 */
export async function uploadFile(
  client: Client,
  file: File,
  { signal, report = () => {} }: { readonly signal?: AbortSignal; readonly report?: (share: number) => void } = {},
): Promise<UploadedFile> {
  const { id } = await client.upload.begin({ name: file.name, size: file.size });
  try {
    for (let offset = 0; offset < file.size; offset += chunkBytes) {
      signal?.throwIfAborted();
      await client.upload.chunk({ id, offset, bytes: file.slice(offset, offset + chunkBytes) });
      report(Math.min(1, (offset + chunkBytes) / file.size));
    }
    return await client.upload.finish({ id });
  } catch (error) {
    await client.upload.abort({ id }).catch(() => {});
    throw error;
  }
}
