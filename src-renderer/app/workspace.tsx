/** The open workspace, its person, and the doors before it: first start, unlock, who are you. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
import type { Person } from '../../src-main/contract/settings.ts';
import type { WorkspaceStatus } from '../../src-main/contract/workspace.ts';
import { Doors } from '../pages/start/Doors.tsx';
import { useEngine } from './engine.tsx';

type OpenWorkspace = {
  /** Last part of the folder's path. */
  readonly name: string;
  readonly status: WorkspaceStatus;
  readonly person: Person | null;
  readonly lock: () => void;
};

const WorkspaceContext = createContext<OpenWorkspace | null>(null);

export function useWorkspace(): OpenWorkspace {
  const workspace = useContext(WorkspaceContext);
  if (workspace === null) throw new Error('useWorkspace needs an open workspace');
  return workspace;
}

/** Shows its children once a workspace is open and somebody has said who they are; the doors until then. */
export function WorkspaceProvider({ children }: { children: ReactNode }) {
  const { client, queries, reachable } = useEngine();
  const cache = useQueryClient();
  const statusOptions = queries.workspace.status.queryOptions();
  const { data: status, error, refetch } = useQuery(statusOptions);
  const open = status?.state === 'open';
  const { data: person } = useQuery({ ...queries.settings.person.queryOptions(), enabled: open });

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

  const workspace = useMemo<OpenWorkspace | null>(
    () =>
      open && person
        ? {
            name: folderName(status.folder),
            status,
            person,
            lock: () => {
              void client.workspace.lock();
            },
          }
        : null,
    [open, person, status, client],
  );
  if (workspace === null) {
    return <Doors status={status} person={person} error={error} onRetry={() => void refetch()} />;
  }
  return <WorkspaceContext value={workspace}>{children}</WorkspaceContext>;
}

/** What may stay in memory while the workspace is locked. */
const isDoor = (key: readonly unknown[]): boolean => {
  const [path] = key;
  return Array.isArray(path) && (path[0] === 'workspace' || path[1] === 'preferences');
};

const folderName = (folder: string): string => folder.split(/[\\/]/).findLast((part) => part !== '') ?? folder;
