/** Takes files in from the page, chunk by chunk, and opens the wizard on them: one file, or results and their structures. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useEngine } from '../../app/engine.tsx';
import type { Client } from '../../link/connect.ts';
import { type UploadedFile, uploadFile } from '../../link/upload.ts';
import { emptyDraft } from './draft.ts';
import { beginDraft } from './useDraft.ts';

/** More than two files have no key in common that could be asked for. */
export const filesAtOnce = 2;

export type Upload = {
  readonly take: (files: readonly File[]) => void;
  readonly stop: () => void;
  /** The file on its way, with the share that has arrived. */
  readonly running: { readonly file: File; readonly share: number } | null;
  readonly failed: { readonly name: string; readonly error: unknown } | null;
  /** How many were dropped when they were too many. */
  readonly tooMany: number | null;
};

export function useUpload(): Upload {
  const { client } = useEngine();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [running, setRunning] = useState<Upload['running']>(null);
  const [tooMany, setTooMany] = useState<number | null>(null);
  const stop = useRef<AbortController>(null);
  const upload = useMutation({
    async mutationFn(files: readonly File[]) {
      stop.current = new AbortController();
      const { signal } = stop.current;
      const taken: UploadedFile[] = [];
      for (const file of files) {
        setRunning({ file, share: 0 });
        taken.push(await uploadFile(client, file, { signal, report: (share) => setRunning({ file, share }) }));
      }
      const [results, structures] = await inOrder(client, taken);
      await beginDraft(client, cache, results!.token, {
        ...emptyDraft,
        name: results!.name,
        others: structures ? [structures.token] : [],
      });
      return results!.token;
    },
    onSuccess: (file) => navigate({ to: '/import', search: { file } }),
    onSettled: () => setRunning(null),
  });
  const stopped = stop.current?.signal.aborted ?? false;
  return {
    take(files) {
      setTooMany(files.length > filesAtOnce ? files.length : null);
      if (files.length > 0 && files.length <= filesAtOnce) upload.mutate(files);
    },
    stop: () => stop.current?.abort(),
    running: upload.isPending ? running : null,
    failed:
      upload.isError && !stopped
        ? { name: upload.variables.map(({ name }) => name).join(', '), error: upload.error }
        : null,
    tooMany,
  };
}

/** Two files come in whatever order they were dropped in; the one with the values goes first. */
async function inOrder(client: Client, files: readonly UploadedFile[]): Promise<readonly UploadedFile[]> {
  const [first, second] = files;
  if (first === undefined || second === undefined) return files;
  const { join } = await client.intake.inspect({ file: first.token, companion: second.token });
  return join?.reason.key === 'other-way-round' ? [second, first] : files;
}
