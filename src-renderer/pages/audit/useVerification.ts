/** Recomputes the chain: once when the page is opened on entries that nobody has recomputed yet, and when asked. */
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { AuditState, Verification } from '../../../src-main/contract/audit.ts';
import { useEngine } from '../../app/engine.tsx';

export function useVerification(state: AuditState | undefined) {
  const { client, queries } = useEngine();
  const cache = useQueryClient();
  const [current, setCurrent] = useState<Verification | null>(null);
  const [running, setRunning] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = useRef<AbortController | null>(null);

  const run = useCallback(async () => {
    stop.current?.abort();
    const mine = new AbortController();
    stop.current = mine;
    setRunning(true);
    setError(null);
    try {
      for await (const step of await client.audit.verify(undefined, { signal: mine.signal })) setCurrent(step);
      void cache.invalidateQueries({ queryKey: queries.audit.state.key() });
    } catch (failure) {
      if (!mine.signal.aborted) setError(failure);
    } finally {
      if (stop.current === mine) setRunning(false);
    }
  }, [client, cache, queries]);

  const unchecked = state !== undefined && state.lastVerification === null && state.entries > 0;
  useEffect(() => {
    if (unchecked) void run();
  }, [unchecked, run]);
  useEffect(() => () => stop.current?.abort(), []);

  return { run: () => void run(), running, error, latest: current ?? state?.lastVerification ?? null };
}
