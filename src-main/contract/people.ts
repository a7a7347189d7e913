/** The accounts of the open workspace and who is signed in, as the page sees them. */
import { eventIterator } from '@orpc/contract';
import * as z from 'zod';
import { procedure } from './procedure.ts';
import { person, role } from './settings.ts';

/** What a person signs with; shorter than it is what a guess would begin with. */
export const ownPassphraseAtLeast = 12;

/**
 * What an account can be called. `@` is kept for whoever works at the machine without an account, so that no entry of the
 * log can be taken for another's.
 */
export const accountName = z
  .string()
  .trim()
  .normalize('NFKC')
  .min(1)
  .max(80)
  .regex(/^[^@\p{Cc}]+$/u)
  .refine((name) => name.toLowerCase() !== 'engine');

export const account = z.object({
  id: z.string(),
  name: z.string(),
  role,
  addedBy: z.string(),
  addedAt: z.string(),
  disabledBy: z.string().nullable(),
  disabledAt: z.string().nullable(),
  /** SHA-256 of the public key in hex and its first 96 bits in words; null once the account is disabled. */
  fingerprint: z.object({ hex: z.string(), words: z.array(z.string()) }).nullable(),
  /** When the key in use was made; later than `addedAt` after a reset. */
  keyMadeAt: z.string().nullable(),
  /** Whether the partner's key has signed whose key it is: it has from the moment when there is one. */
  certified: z.boolean(),
  /** Somebody knows its passphrase: not so for the invented people of a sample until they are reset. */
  canSignIn: z.boolean(),
  /** Earlier keys, each with its own certificates. */
  keysBefore: z.number().int().nonnegative(),
});

/** Someone who can sign in. */
export const signer = person.required({ id: true });

/** Who is there. `locked`: somebody has signed in and has done nothing for a while. */
export const session = z.object({
  state: z.enum(['no-accounts', 'nobody', 'locked', 'signed-in']),
  /** Who is signed in, or whose session is locked. */
  person: signer.nullable(),
  /** Those who can sign in, in the order in which they were added. */
  people: z.array(signer),
  passphraseAtLeast: z.number().int(),
});

export const fourEyes = z.enum(['always', 'when-two-people', 'never']);

export const peopleRules = z.object({
  /** Minutes without a key or a click after which a session locks. */
  idleMinutes: z.number().int().min(1).max(480),
  /** Whether who prepares a package may approve it. */
  fourEyes,
});

export type Account = z.infer<typeof account>;
export type Signer = z.infer<typeof signer>;
export type Session = z.infer<typeof session>;
export type FourEyes = z.infer<typeof fourEyes>;
export type PeopleRules = z.infer<typeof peopleRules>;

const id = z.string().min(1).max(64);
const passphrase = z.string().min(1).max(1024);

export const peopleContract = {
  session: procedure.output(session),
  /** The session now, then every change of it. */
  watch: procedure.output(eventIterator(session)),
  /** The first account of a workspace is its administrator; refused once there is one. */
  begin: procedure.input(z.object({ name: accountName, passphrase })).output(session),
  signIn: procedure.input(z.object({ id, passphrase })).output(session),
  signOut: procedure.output(session),
  /** A key or a click: keeps the session from locking. */
  active: procedure.output(session),
  list: procedure.output(z.array(account)),
  add: procedure.input(z.object({ name: accountName, role, passphrase })).output(account),
  disable: procedure.input(z.object({ id })).output(account),
  changeRole: procedure.input(z.object({ id, role })).output(account),
  /** A new key under a new passphrase; what the old key has signed stays valid. */
  reset: procedure.input(z.object({ id, passphrase })).output(account),
  /** The own one; the key stays the same. */
  changePassphrase: procedure.input(z.object({ passphrase, next: passphrase })).output(session),
  rules: procedure.output(peopleRules),
  setRules: procedure.input(peopleRules.partial()).output(peopleRules),
};
