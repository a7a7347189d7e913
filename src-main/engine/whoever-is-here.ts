/** Who the log names for what is done without an account. */
import { userInfo } from 'node:os';

/**
 * Whoever is logged in to the operating system, which says nothing about who they are to Chorale: no account can have a
 * name with an `@`, so that nobody is taken for a person who has signed in.
 */
export const whoeverIsHere = (): string => `${userInfo().username}@machine`;
