/** Words of the station intake, in Japanese. */
import type { intake as english } from '../en/intake.ts';
import type { Translation } from '../types.ts';

export const intake = {} satisfies Translation<typeof english>;
