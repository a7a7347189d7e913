/** Starts the export of an audit bundle for whoever is signed in, who signs it in the end. */
import type { BundleRequest } from '../contract/bundle.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Person } from '../contract/settings.ts';
import { toBase64url } from '../federation/canonical.ts';
import { sign } from '../federation/identity.ts';
import type { ExportBundleRequest } from './bundle-request.ts';
import type { EngineContext } from './context.ts';
import { requireSession } from './permissions.ts';
import { sessionsOf } from './sessions.ts';

/**
 * @param otherwise in whose name where nobody is signed in; without it, somebody has to be
 * @returns the id of the job
 * @throws SIGN_IN_NEEDED, NOT_ALLOWED
 */
export async function startBundle(
  context: EngineContext,
  asked: BundleRequest,
  otherwise: Person | null = null,
): Promise<string> {
  const action = 'audit.exportBundle';
  const isNobody = (sessionsOf(context.workspace())?.current() ?? null) === null;
  if (isNobody && otherwise !== null) {
    const request: ExportBundleRequest = { ...asked, madeBy: otherwise, key: null };
    return (await context.jobs().start('export-bundle', request)).id;
  }
  const { person, keys } = requireSession(context, action);
  const request: ExportBundleRequest = { ...asked, madeBy: person, key: toBase64url(keys.publicKey) };
  const job = await context.jobs().start('export-bundle', request, (bytes) => {
    const now = requireSession(context, action);
    if (now.person.id !== person.id) throw new ChoraleError('SIGN_IN_NEEDED', { action });
    return sign('bundle', bytes, now.keys.secretKey);
  });
  return job.id;
}
