/** How the page looks to this user; and what a person is to the rest of the contract. */
import * as z from 'zod';
import { procedure } from './procedure.ts';

export const role = z.enum(['steward', 'compliance', 'scientist', 'administrator']);
/** `id` names the account; whoever works without one, such as an older version or a pilot, has none. */
export const person = z.object({ id: z.string().exactOptional(), name: z.string().trim().min(1).max(200), role });

/** Of this user on this machine: readable before any workspace is unlocked. */
export const preferences = z.object({
  language: z.enum(['en', 'ja', 'system']),
  theme: z.enum(['light', 'dark', 'system']),
});

export const settingsContract = {
  preferences: procedure.output(preferences),
  setPreferences: procedure.input(preferences.partial()).output(preferences),
};

export type Role = z.infer<typeof role>;
export type Person = z.infer<typeof person>;
export type Preferences = z.infer<typeof preferences>;
