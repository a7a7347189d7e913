/** Where partners meet over their charter: the versions that all have signed, and those that are still being signed. */
import * as z from 'zod';
import { decodeCanonical, encodeCanonical } from './canonical.ts';
import { type Charter, charterHash, charterInvalid, type SignedCharter, signedCharter } from './charter.ts';
import { requireSoundCharter } from './charter-terms.ts';
import { partnerId } from './formats.ts';
import type { Plan } from './plan.ts';
import type { Roster } from './roster.ts';

const gathering = z.strictObject({
  /** Under all signatures, oldest first. */
  versions: z.array(signedCharter),
  /** Each with the partner that handed it in first. */
  proposals: z.array(z.strictObject({ by: partnerId, signed: signedCharter })),
});

export type Gathering = z.infer<typeof gathering>;

export const nothingGathered: Gathering = { versions: [], proposals: [] };

export const gatheringBytes = (gathered: Gathering): Uint8Array => encodeCanonical(gathered);

/** @param bytes as `gatheringBytes` has made them */
export const readGathering = (bytes: Uint8Array): Gathering => gathering.parse(decodeCanonical(bytes));

/**
 * The first charter of a series is the one that its plan names, where it names one; every later one follows the one before.
 * @throws CHARTER_INVALID
 */
export function requireFollowing(
  document: Charter,
  before: { readonly hash: string; readonly version: number } | undefined,
  plan: Pick<Plan, 'charterHash'>,
): void {
  if (before === undefined) {
    if (plan.charterHash !== undefined && plan.charterHash !== charterHash(document))
      throw charterInvalid('document', 'other-charter');
  } else if (document.version !== before.version + 1 || document.previous !== before.hash) {
    throw charterInvalid('version', 'other-version');
  }
}

/**
 * Adds the signatures under a charter to those that have come before. Of the versions that nobody else has begun a partner has
 * one at a time: a newer one takes its place. Once all have signed, what else was proposed has lost its predecessor and goes.
 * @param given read by `readCharter`: its signatures hold
 * @param by who hands it in, and has signed it
 * @throws CHARTER_INVALID
 */
export function withHandedIn(
  { versions, proposals }: Gathering,
  given: SignedCharter,
  by: string,
  { roster, plan }: { readonly roster: Roster; readonly plan: Plan },
): Gathering {
  const hash = charterHash(given.charter);
  if (versions.some(({ charter }) => charterHash(charter) === hash)) return { versions, proposals };
  if (given.signatures[by] === undefined) throw charterInvalid(`signatures.${by}`, 'signature-missing');
  requireSoundCharter(given.charter, roster, plan);
  const last = versions.at(-1)?.charter;
  requireFollowing(given.charter, last && { hash: charterHash(last), version: last.version }, plan);

  const known = proposals.find(({ signed }) => charterHash(signed.charter) === hash);
  const signed = { charter: given.charter, signatures: { ...known?.signed.signatures, ...given.signatures } };
  if (roster.partners.every(({ id }) => signed.signatures[id] !== undefined)) {
    return { versions: [...versions, signed], proposals: [] };
  }
  const replaced = known ?? proposals.find((proposal) => proposal.by === by);
  return {
    versions,
    proposals: [...proposals.filter((proposal) => proposal !== replaced), { by: known?.by ?? by, signed }],
  };
}
