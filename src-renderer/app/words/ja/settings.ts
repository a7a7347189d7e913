/** Words of the station settings, in Japanese. */
import type { settings as english } from '../en/settings.ts';
import type { Translation } from '../types.ts';
export const settings = {} satisfies Translation<typeof english>;
