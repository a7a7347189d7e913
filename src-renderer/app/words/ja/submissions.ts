/** Words of the station submissions, in Japanese. */
import type { submissions as english } from '../en/submissions.ts';
import type { Translation } from '../types.ts';
export const submissions = {} satisfies Translation<typeof english>;
