/** The next key of this partner: prepared for a roster to come, and its card for whoever assembles that roster. */
import { randomBytes } from 'node:crypto';
import { readNextKey } from '../catalog/partner-keys.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { KeyHistory } from '../contract/federation.ts';
import { describeKeys, prepareKey, requireIdentity } from '../federation/invitation.ts';
import { type KeyCard, makeKeyCard } from '../federation/key-card.ts';
import { auditAct } from './audited.ts';

export type KeyReason = NonNullable<KeyHistory['next']>['reason'];

/** @throws NOT_FOUND before there is an identity */
export function prepareNextKey(workspace: Workspace, reason: KeyReason): KeyHistory {
  const now = new Date().toISOString();
  const made = prepareKey(workspace.catalog, reason, new Uint8Array(randomBytes(32)), now);
  const detail = { key: made.fingerprint.hex, reason };
  auditAct(workspace, { act: 'key-prepared', subject: `identity ${made.partnerId}`, detail });
  return describeKeys(workspace.catalog);
}

/**
 * Of the key that was prepared, else of the present one. The present key speaks for the prepared one, unless it may be in
 * wrong hands.
 * @throws NOT_FOUND before there is an identity
 */
export function keyCardOf({ catalog }: Workspace): KeyCard {
  const identity = requireIdentity(catalog);
  const next = readNextKey(catalog);
  const who = { partner: identity.partnerId, name: identity.name };
  if (next === undefined) return makeKeyCard(who, identity, undefined);
  return makeKeyCard(who, next, next.reason === 'rotation' ? identity : undefined);
}
