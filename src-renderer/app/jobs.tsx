/** The jobs of the engine as they change: one stream for the whole page, and what to read again when a job ends. */
import { useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Job } from '../../src-main/contract/jobs.ts';
import { useEngine } from './engine.tsx';

type Jobs = {
  /** Newest first. */
  readonly all: readonly Job[];
  /** Those that run or wait to run, newest first. */
  readonly running: readonly Job[];
  readonly byId: (id: string | undefined) => Job | undefined;
};

const JobsContext = createContext<Jobs>({ all: [], running: [], byId: () => undefined });

export const isLive = (job: Job): boolean => job.state === 'queued' || job.state === 'running';

export const useJobs = (): Jobs => useContext(JobsContext);

/** A job that the page has started, as it goes on; undefined until the engine has told of it. */
export const useJob = (id: string | undefined): Job | undefined => useJobs().byId(id);

export function JobsProvider({ children }: { children: ReactNode }) {
  const { client, reachable } = useEngine();
  const cache = useQueryClient();
  const [jobs, setJobs] = useState<ReadonlyMap<string, Job>>(new Map());

  useEffect(() => {
    if (!reachable) return;
    const stop = new AbortController();
    const take = (changed: readonly Job[]) => setJobs((known) => merge(known, changed));

    async function follow(): Promise<void> {
      const changes = await client.jobs.watch(undefined, { signal: stop.signal });
      take(await client.jobs.list({}, { signal: stop.signal }));
      for await (const job of changes) {
        take([job]);
        // What a job wrote may stand on any page: everything shown is read again, everything else when it is opened.
        if (!isLive(job)) void cache.invalidateQueries({ predicate: ({ meta }) => meta?.fixed !== true });
      }
    }
    follow().catch(() => {
      // The connection ended: `reachable` turns when it is back, and this effect starts afresh.
    });
    return () => stop.abort();
  }, [client, cache, reachable]);

  const value = useMemo<Jobs>(() => {
    const all = [...jobs.values()].sort((one, other) => other.createdAt.localeCompare(one.createdAt));
    return { all, running: all.filter(isLive), byId: (id) => (id === undefined ? undefined : jobs.get(id)) };
  }, [jobs]);
  return <JobsContext value={value}>{children}</JobsContext>;
}

function merge(known: ReadonlyMap<string, Job>, changed: readonly Job[]): ReadonlyMap<string, Job> {
  const next = new Map(known);
  for (const job of changed) {
    const before = next.get(job.id);
    // A list that was asked for earlier must not bring a finished job back to life.
    if (before !== undefined && !isLive(before) && isLive(job)) continue;
    next.set(job.id, job);
  }
  return next;
}
