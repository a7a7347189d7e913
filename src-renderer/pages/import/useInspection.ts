/** What the engine finds in the file: first by itself, then under the mapping in hand. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useEngine } from '../../app/engine.tsx';
import { companionOf, type Draft, isProposed, mappingOf, proposed, readingOf } from './draft.ts';

export function useInspection(file: string, draft: Draft | undefined, change: (next: (draft: Draft) => Draft) => void) {
  const { queries } = useEngine();
  const mapping = draft && mappingOf(draft);
  const inspection = useQuery({
    ...queries.intake.inspect.queryOptions({
      input: {
        file,
        ...(draft && { reading: readingOf(draft), companion: companionOf(draft) }),
        ...(draft && mapping && !isProposed(draft) ? { mapping } : {}),
      },
    }),
    enabled: draft !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    meta: { fixed: true },
  });
  const { data, isPlaceholderData } = inspection;
  const waits = draft !== undefined && mapping === undefined;
  useEffect(() => {
    if (data !== undefined && !isPlaceholderData && waits) change((before) => proposed(before, data));
  }, [data, isPlaceholderData, waits, change]);
  return inspection;
}
