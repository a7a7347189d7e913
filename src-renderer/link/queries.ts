/** TanStack Query's options for every procedure of the contract: `queries.jobs.list.queryOptions({ input })`. */
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import type { Client } from './connect.ts';

export type Queries = ReturnType<typeof queriesOf>;

export const queriesOf = (client: Client) => createTanstackQueryUtils(client);
