/** The door in front of everything that needs a person: who is signed in, and whether their role may. */
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Signer } from '../contract/people.ts';
import { type Action, type ActionRule, permissions } from '../contract/permissions.ts';
import type { EngineContext } from './context.ts';
import { type SignedIn, sessionsOf } from './sessions.ts';

type WithWorkspace = Pick<EngineContext, 'workspace'>;

/**
 * The person who does this, and the key that signs for them.
 * @throws SIGN_IN_NEEDED when nobody is signed in or the session is locked, NOT_ALLOWED for another role
 */
export function requireSession({ workspace }: WithWorkspace, action: Action): SignedIn {
  const session = sessionsOf(workspace())?.current() ?? null;
  const rule = permissions[action];
  if (session === null) throw new ChoraleError('SIGN_IN_NEEDED', { action });
  if (rule !== 'at-the-door' && !rule.includes(session.person.role)) {
    throw new ChoraleError('NOT_ALLOWED', { action, needs: rule.join(' | ') });
  }
  return session;
}

/** Null when nobody is, or when no engine of this process has the workspace open. */
export const signedIn = (workspace: Workspace): Signer | null => sessionsOf(workspace)?.current()?.person ?? null;

/**
 * Asked before every procedure of the contract, so that none can forget to.
 * @param path of the procedure, such as `['tasks', 'setThresholds']`
 * @throws as `requireSession`; NOT_ALLOWED for a procedure that the table does not name
 */
export function requirePermission(context: WithWorkspace, path: readonly string[]): void {
  const action = path.join('.');
  const rule = (permissions as Readonly<Record<string, ActionRule | undefined>>)[action];
  if (rule === 'at-the-door') return;
  if (rule === undefined) throw new ChoraleError('NOT_ALLOWED', { action, needs: 'permission' });
  requireSession(context, action as Action);
}
