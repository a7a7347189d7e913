/** What the engine finds in the file: first by itself, then under the mapping in hand. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useEngine } from '../../app/engine.tsx';
import { begun, type Draft, mappingOf } from './draft.ts';

export function useInspection(file: string, draft: Draft, change: (next: (draft: Draft) => Draft) => void) {
  const { queries } = useEngine();
  const mapping = mappingOf(draft);
  const inspection = useQuery({
    ...queries.intake.inspect.queryOptions({
      input: { file, reading: draft.reading, ...(mapping && draft.at > 0 ? { mapping } : {}) },
    }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    meta: { fixed: true },
  });
  const { data, isPlaceholderData } = inspection;
  useEffect(() => {
    if (data !== undefined && !isPlaceholderData && draft.at < 0) change((before) => begun(before, data));
  }, [data, isPlaceholderData, draft.at, change]);
  return inspection;
}
