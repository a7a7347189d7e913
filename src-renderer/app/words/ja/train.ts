/** Words of the station train, in Japanese. */
import type { train as english } from '../en/train.ts';
import type { Translation } from '../types.ts';
export const train = {} satisfies Translation<typeof english>;
