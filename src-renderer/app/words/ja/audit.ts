/** Words of the station audit, in Japanese. */
import type { audit as english } from '../en/audit.ts';
import type { Translation } from '../types.ts';
export const audit = {} satisfies Translation<typeof english>;
