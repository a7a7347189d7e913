/** The draft of one file: kept while the page is open, so that one can look at another station and come back. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { type Draft, emptyDraft } from './draft.ts';

export function useDraft(file: string): readonly [Draft, (change: (draft: Draft) => Draft) => void] {
  const cache = useQueryClient();
  const queryKey = ['import draft', file];
  const { data: draft = emptyDraft } = useQuery<Draft>({
    queryKey,
    queryFn: () => emptyDraft,
    enabled: false,
    initialData: emptyDraft,
    gcTime: Number.POSITIVE_INFINITY,
    meta: { fixed: true },
  });
  const change = useCallback(
    (next: (draft: Draft) => Draft) =>
      cache.setQueryData<Draft>(['import draft', file], (before) => next(before ?? emptyDraft)),
    [cache, file],
  );
  return [draft, change];
}
