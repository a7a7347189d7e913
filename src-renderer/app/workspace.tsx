/** The open workspace, who is signed in, and the doors before it: first start, unlock, first account, sign in. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import type { Signer } from '../../src-main/contract/people.ts';
import type { WorkspaceStatus } from '../../src-main/contract/workspace.ts';
import { Doors } from '../pages/start/Doors.tsx';
import { useActivity } from './activity.ts';
import { useEngine } from './engine.tsx';

type OpenWorkspace = {
  /** Last part of the folder's path. */
  readonly name: string;
  readonly status: WorkspaceStatus;
  readonly person: Signer;
  readonly lock: () => void;
  readonly signOut: () => void;
};

const WorkspaceContext = createContext<OpenWorkspace | null>(null);

export function useWorkspace(): OpenWorkspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === null) throw new Error('useWorkspace needs an open workspace');
  return workspace;
}

/** Shows its children once a workspace is open and somebody has signed in; the doors until then. */
export function WorkspaceProvider({ children }: { children: ReactNode }) {
  const { client, queries, reachable } = useEngine();
  const cache = useQueryClient();
  const statusOptions = queries.workspace.status.queryOptions();
  const { data: status, error, refetch } = useQuery(statusOptions);
  const open = status?.state === 'open';
  const sessionOptions = queries.people.session.queryOptions();
  const { data: session, error: sessionError } = useQuery({ ...sessionOptions, enabled: open });
  const person = open && session?.state === 'signed-in' ? session.person : null;
  useActivity(person !== null);

  useEffect(() => {
    if (!reachable) return;
    const stop = new AbortController();
    async function follow(): Promise<void> {
      for await (const changed of await client.workspace.watch(undefined, { signal: stop.signal })) {
        cache.setQueryData(statusOptions.queryKey, changed);
        if (changed.state !== 'open') cache.removeQueries({ predicate: ({ queryKey }) => !isDoor(queryKey) });
      }
    }
    follow().catch(() => {
      // The connection ended: this effect starts afresh when the engine is reachable again.
    });
    return () => stop.abort();
  }, [client, cache, reachable, statusOptions.queryKey]);

  useEffect(() => {
    if (!reachable || !open) return;
    const stop = new AbortController();
    async function follow(): Promise<void> {
      for await (const changed of await client.people.watch(undefined, { signal: stop.signal })) {
        cache.setQueryData(sessionOptions.queryKey, changed);
        if (changed.state !== 'signed-in') cache.removeQueries({ predicate: ({ queryKey }) => !isDoor(queryKey) });
      }
    }
    follow().catch(() => {
      // As above; and a workspace that is locked ends it too.
    });
    return () => stop.abort();
  }, [client, cache, reachable, open, sessionOptions.queryKey]);

  const workspace = useMemo<OpenWorkspace | null>(
    () =>
      status !== undefined && person !== null
        ? {
            name: folderName(status.folder),
            status,
            person,
            lock: () => {
              void client.workspace.lock();
            },
            signOut: () => {
              void client.people.signOut();
            },
          }
        : null,
    [person, status, client],
  );
  if (workspace === null) {
    return <Doors status={status} session={session} error={error ?? sessionError} onRetry={() => void refetch()} />;
  }
  return <WorkspaceContext value={workspace}>{children}</WorkspaceContext>;
}

/** What may stay in memory while nobody is signed in. */
const isDoor = (key: readonly unknown[]): boolean => {
  const [path] = key;
  return Array.isArray(path) && (path[0] === 'workspace' || path[1] === 'preferences' || path[1] === 'session');
};

const folderName = (folder: string): string => folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder;
