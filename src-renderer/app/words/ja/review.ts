/** Words of the station review, in Japanese. */
import type { review as english } from '../en/review.ts';
import type { Translation } from '../types.ts';
export const review = {} satisfies Translation<typeof english>;
