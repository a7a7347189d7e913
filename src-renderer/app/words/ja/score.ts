/** Words of the station score, in Japanese. */
import type { score as english } from '../en/score.ts';
import type { Translation } from '../types.ts';
export const score = {} satisfies Translation<typeof english>;
