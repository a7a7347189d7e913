/** The second file of an import: taken in after the first one, or changed places with it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useEngine } from '../../app/engine.tsx';
import { uploadFile } from '../../link/upload.ts';
import { type Draft, emptyDraft } from './draft.ts';
import { beginDraft } from './useDraft.ts';

export function useCompanion(onTaken: (token: string, name: string) => void) {
  const { client } = useEngine();
  const [share, setShare] = useState(0);
  const upload = useMutation({
    mutationFn: (file: File) => uploadFile(client, file, { report: setShare }),
    onSuccess: ({ token, name }) => onTaken(token, name),
  });
  return {
    take: (file: File) => {
      setShare(0);
      upload.mutate(file);
    },
    running: upload.isPending ? { name: upload.variables.name, share } : null,
    error: upload.error,
  };
}

/** The file with the values must be the first one: a draft of its own begins with it. */
export function useSwap() {
  const { client } = useEngine();
  const cache = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    async mutationFn({
      file,
      companion,
      name,
    }: {
      readonly file: string;
      readonly companion: string;
      readonly name: string;
    }) {
      const draft: Draft = { ...emptyDraft, name, others: [file] };
      await beginDraft(client, cache, companion, draft);
      await client.intake.drafts.discard({ file });
      return companion;
    },
    onSuccess: (companion) => navigate({ to: '/import', search: { file: companion } }),
  });
}
