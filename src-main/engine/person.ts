/** Who is signed in to the workspace, and what their role lets them do. */
import { readSetting, writeSetting } from '../catalog/settings.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Person, Role } from '../contract/settings.ts';

export const signedIn = (workspace: Workspace): Person | null =>
  readSetting<Person>(workspace.catalog, 'person') ?? null;

export const signIn = (workspace: Workspace, person: Person): void => writeSetting(workspace.catalog, 'person', person);

/**
 * @param action what is asked for, a key of the page's words, such as `release.approve`
 * @throws NOT_ALLOWED when nobody is signed in, or in none of these roles
 */
export function requireRole(workspace: Workspace, action: string, ...roles: readonly [Role, ...Role[]]): Person {
  const person = signedIn(workspace);
  if (person === null || !roles.includes(person.role)) {
    throw new ChoraleError('NOT_ALLOWED', { action, needs: roles.join(' | ') });
  }
  return person;
}
