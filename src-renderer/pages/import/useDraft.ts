/** The draft of one file: kept while the page is open, so that one can look at another station and come back. */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Draft, emptyDraft } from './draft.ts';

const keyOf = (file: string) => ['import draft', file];

/** A new draft for a file that has just been taken in. */
export const beginDraft = (cache: QueryClient, file: string, name: string): void => {
  cache.setQueryData<Draft>(keyOf(file), { ...emptyDraft, name });
};

export function useDraft(file: string): readonly [Draft, (change: (draft: Draft) => Draft) => void] {
  const cache = useQueryClient();
  const { data: draft = emptyDraft } = useQuery<Draft>({
    queryKey: keyOf(file),
    queryFn: () => emptyDraft,
    enabled: false,
    initialData: emptyDraft,
    gcTime: Number.POSITIVE_INFINITY,
    meta: { fixed: true },
  });
  const change = useCallback(
    (next: (draft: Draft) => Draft) => cache.setQueryData<Draft>(keyOf(file), (before) => next(before ?? emptyDraft)),
    [cache, file],
  );
  return [draft, change];
}
