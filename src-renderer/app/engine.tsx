/** Gives every part of the page the engine: typed calls, cached queries, and whether it can be reached. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import type { Client, Connection } from '../link/connect.ts';
import { knownError } from '../link/errors.ts';
import { type Queries, queriesOf } from '../link/queries.ts';

type Engine = { readonly client: Client; readonly queries: Queries; readonly reachable: boolean };

const EngineContext = createContext<Engine | null>(null);

export function EngineProvider({ connection, children }: { connection: Connection; children: ReactNode }) {
  const [cache] = useState(makeCache);
  const [reachable, setReachable] = useState(true);
  const { client } = connection;
  const queries = useMemo(() => queriesOf(client), [client]);
  useEffect(() => {
    let lost = false;
    return connection.watch((now) => {
      setReachable(now);
      // What is shown may have changed while nobody could tell.
      if (now && lost) void cache.invalidateQueries({ predicate: ({ meta }) => meta?.fixed !== true });
      lost = !now;
    });
  }, [connection, cache]);
  const engine = useMemo(() => ({ client, queries, reachable }), [client, queries, reachable]);
  return (
    <QueryClientProvider client={cache}>
      <EngineContext value={engine}>{children}</EngineContext>
    </QueryClientProvider>
  );
}

export function useEngine(): Engine {
  const engine = useContext(EngineContext);
  if (engine === null) throw new Error('useEngine needs an EngineProvider above it');
  return engine;
}

/** An answer of the closed list of errors is final; only a lost connection is worth asking again. */
function makeCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => knownError(error) === undefined && failures < 2,
        refetchOnWindowFocus: false,
        staleTime: 2_000,
      },
      mutations: { retry: false },
    },
  });
}
