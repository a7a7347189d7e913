/** Molecular weights for intake, which knows no chemistry: from the pool, started when the first one is asked for. */
import type { Chemistry } from '../chemistry/pool.ts';
import type { Weigh } from '../intake/check.ts';

export const weigher =
  (chemistry: () => Promise<Pick<Chemistry, 'weigh'>>, signal?: AbortSignal): Weigh =>
  async (structures) =>
    (await chemistry()).weigh(structures, signal);
