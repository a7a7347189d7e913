/** Words of the station home, in Japanese. */
import type { home as english } from '../en/home.ts';
import type { Translation } from '../types.ts';

export const home = {} satisfies Translation<typeof english>;
