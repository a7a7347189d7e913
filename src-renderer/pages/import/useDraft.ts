/** The draft of one file: read from the engine, kept there after each change, so that a reload or a restart goes on with it. */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useEngine } from '../../app/engine.tsx';
import type { Client } from '../../link/connect.ts';
import { type Draft, emptyDraft, restored, toSave } from './draft.ts';
import { makeSaver } from './saver.ts';

const keyOf = (file: string) => ['import draft', file];

/** In milliseconds, after the last change. */
const saveDelay = 400;

/** A new draft for a file that has just been taken in. Where it cannot be kept, the next change says so and tries again. */
export async function beginDraft(client: Client, cache: QueryClient, file: string, draft: Draft): Promise<void> {
  cache.setQueryData<Draft>(keyOf(file), draft);
  await client.intake.drafts.save(toSave(file, draft)).catch(() => {});
}

export type DraftInHand = {
  /** Undefined while it is being read. */
  readonly draft: Draft | undefined;
  readonly change: (next: (draft: Draft) => Draft) => void;
  /** Resolves when the last change is with the engine, which is told of no later one until it is reopened. */
  readonly close: () => Promise<void>;
  readonly reopen: () => void;
  /** When it was saved last since it was opened. */
  readonly savedAt: string | null;
  /** Why the last change is not kept. */
  readonly notSaved: unknown;
  /** Why the draft cannot be read. */
  readonly error: unknown;
};

/** @param ended the file goes into the catalogue, and its draft ends there: a late change must not begin it anew */
export function useDraft(file: string, ended: boolean): DraftInHand {
  const { client } = useEngine();
  const cache = useQueryClient();
  const [savedAt, setSavedAt] = useState<string | null>(null);
  const [notSaved, setNotSaved] = useState<unknown>(null);
  const { data: draft, error } = useQuery<Draft>({
    queryKey: keyOf(file),
    queryFn: async () => {
      const saved = await client.intake.drafts.read({ file });
      return saved === null ? emptyDraft : restored(saved);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    meta: { fixed: true },
  });
  const saver = useMemo(
    () =>
      makeSaver<Draft>({
        delay: saveDelay,
        async save(next) {
          const { changedAt } = await client.intake.drafts.save(toSave(file, next));
          setSavedAt(changedAt);
          setNotSaved(null);
        },
        onFailed: setNotSaved,
      }),
    [client, file],
  );
  useEffect(() => {
    if (ended) void saver.close();
    else saver.reopen();
  }, [saver, ended]);
  useEffect(() => {
    const flush = () => void saver.flush();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, [saver]);
  const change = useCallback(
    (next: (draft: Draft) => Draft) => {
      const before = cache.getQueryData<Draft>(keyOf(file)) ?? emptyDraft;
      const after = next(before);
      if (after === before) return;
      cache.setQueryData<Draft>(keyOf(file), after);
      saver.changed(after);
    },
    [cache, file, saver],
  );
  return { draft, change, close: saver.close, reopen: saver.reopen, savedAt, notSaved, error };
}
