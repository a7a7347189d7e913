/** Where the consortium and its newest round stand, kept up to date by the engine for the whole page. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { FederationStatus, Round, RoundStepName } from '../../src-main/contract/federation.ts';
import { useEngine } from './engine.tsx';

export function useFederation(): FederationStatus | undefined {
  const { queries } = useEngine();
  return useQuery(queries.federation.status.queryOptions()).data;
}

/** Follows the status as it changes. Stands once, in the frame. */
export function useFollowedFederation(): void {
  const { client, queries, reachable } = useEngine();
  const cache = useQueryClient();
  useEffect(() => {
    if (!reachable) return;
    const stop = new AbortController();
    async function follow(): Promise<void> {
      for await (const status of await client.federation.watch(undefined, { signal: stop.signal })) {
        cache.setQueryData(queries.federation.status.queryKey(), status);
        // A step of a round may freeze, send or finish something.
        void cache.invalidateQueries({ queryKey: queries.home.key() });
        void cache.invalidateQueries({ queryKey: queries.release.list.key() });
        void cache.invalidateQueries({ queryKey: queries.consent.key() });
        void cache.invalidateQueries({ queryKey: queries.federation.rounds.key() });
        void cache.invalidateQueries({ queryKey: queries.federation.round.key() });
      }
    }
    follow().catch(() => {
      // The connection ended: this effect starts afresh when the engine is reachable again.
    });
    return () => stop.abort();
  }, [client, queries, cache, reachable]);
}

/** The step that a round is at: the first that is not done; undefined when all are. */
export const currentStep = (round: NonNullable<FederationStatus['round']>): RoundStepName | undefined =>
  round.steps.find(({ state }) => state !== 'done')?.name;

/** The last step of the round before the first leaves no model: it counts rows. */
export const roundStepKey = (step: RoundStepName, kind: Round['kind']) =>
  step === 'model' && kind === 'counting' ? 'counted' : step;
