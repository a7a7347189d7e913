/** Words of the station structures, in Japanese. */
import type { structures as english } from '../en/structures.ts';
import type { Translation } from '../types.ts';

export const structures = {} satisfies Translation<typeof english>;
