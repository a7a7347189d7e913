/** Takes one file in from the page, chunk by chunk, and opens the wizard on it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { useEngine } from '../../app/engine.tsx';
import { uploadFile } from '../../link/upload.ts';
import { beginDraft } from './useDraft.ts';

export type Upload = {
  readonly take: (file: File) => void;
  readonly stop: () => void;
  /** The file on its way, with the share that has arrived. */
  readonly running: { readonly file: File; readonly share: number } | null;
  readonly failed: { readonly name: string; readonly error: unknown } | null;
};

export function useUpload(): Upload {
  const { client } = useEngine();
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [share, setShare] = useState(0);
  const stop = useRef<AbortController>(null);
  const upload = useMutation({
    mutationFn: (file: File) => {
      stop.current = new AbortController();
      setShare(0);
      return uploadFile(client, file, { signal: stop.current.signal, report: setShare });
    },
    onSuccess: ({ token, name }) => {
      beginDraft(cache, token, name);
      void navigate({ to: '/import', search: { file: token } });
    },
  });
  const stopped = stop.current?.signal.aborted ?? false;
  return {
    take: (file) => upload.mutate(file),
    stop: () => stop.current?.abort(),
    running: upload.isPending ? { file: upload.variables, share } : null,
    failed: upload.isError && !stopped ? { name: upload.variables.name, error: upload.error } : null,
  };
}
