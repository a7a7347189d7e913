/** What the engine finds in the file: first by itself, then under the mapping in hand. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useEngine } from '../../app/engine.tsx';
import { companionOf, companionReadingOf, type Draft, entryOf, inspected, isProposed, readingOf } from './draft.ts';

export function useInspection(file: string, draft: Draft | undefined, change: (next: (draft: Draft) => Draft) => void) {
  const { queries } = useEngine();
  const entry = draft && entryOf(draft);
  const inspection = useQuery({
    ...queries.intake.inspect.queryOptions({
      input: {
        file,
        ...(draft && {
          reading: readingOf(draft),
          companion: companionOf(draft),
          companionReading: companionReadingOf(draft),
        }),
        ...(draft && entry?.mapping && !isProposed(draft) ? { mapping: entry.mapping } : {}),
      },
    }),
    enabled: draft !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    meta: { fixed: true },
  });
  const { data, isPlaceholderData } = inspection;
  useEffect(() => {
    if (data === undefined || isPlaceholderData) return;
    // Somebody may have decided on since: the answer is about the entry that was asked about.
    change((before) => (entryOf(before) === entry ? inspected(before, data) : before));
  }, [data, isPlaceholderData, entry, change]);
  return inspection;
}
