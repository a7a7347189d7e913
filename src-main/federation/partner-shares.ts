/** What a partner does with its secrets in a round: deal their shares, derive its masks, reveal the shares it keeps. */
import { fromBase64url } from './canonical.ts';
import { keyPair, type Mask, type MaskPlace, pairMask, selfMask } from './masks.ts';
import { type Bodies, listHash } from './messages.ts';
import type { Attempt, HeardShare, RoundSecrets } from './partner-state.ts';
import type { Surroundings } from './partner-turn.ts';
import { positionOf } from './roster.ts';
import { splitSecret } from './shamir.ts';
import {
  boxShares,
  type KeptShares,
  openShares,
  type RevealedShare,
  sealRevealed,
  selfCommitment,
} from './share-boxes.ts';

/** Shares of the self mask seed and of the mask secret, to all on the list of keys and to oneself. */
export function dealShares(
  place: MaskPlace,
  self: string,
  secrets: RoundSecrets,
  { keys, lists }: Attempt,
  { plan, roster, random }: Surroundings,
): Bodies['SHARE'] {
  const receivers = lists.keys!.map(({ partner }) => partner);
  const positions = receivers.map((id) => positionOf(roster, id));
  const own = keyPair(fromBase64url(secrets.box));
  const selfSeed = fromBase64url(secrets.self);
  const ofSelf = splitSecret(selfSeed, plan.threshold, positions, random);
  const ofMask = splitSecret(fromBase64url(secrets.mask), plan.threshold, positions, random);
  return {
    keysHash: listHash(place, 'keys', lists.keys!),
    selfCommitment: selfCommitment(selfSeed),
    boxes: receivers.map((to, i) =>
      boxShares(
        { ...place, from: self, to },
        { self: ofSelf[i]!.value, mask: ofMask[i]!.value },
        own,
        fromBase64url(keys[to]!.boxKey),
        random,
      ),
    ),
  };
}

/** What this partner keeps of a SHARE. */
export function shareFor(self: string, message: string, { keysHash, boxes }: Bodies['SHARE']): HeardShare {
  const own = boxes.find(({ to }) => to === self);
  if (own === undefined) return { message, keysHash, box: null };
  const { to, ...box } = own;
  return { message, keysHash, box };
}

/** `sharedWith` is the other partner of a pair mask, null for the self mask. */
export type NamedMask = Mask & { readonly sharedWith: string | null };

/** The self mask, and a mask with each other partner on the list of shares. */
export function ownMasks(
  place: MaskPlace,
  self: string,
  secrets: RoundSecrets,
  { keys, lists }: Attempt,
  { roster }: Pick<Surroundings, 'roster'>,
): readonly NamedMask[] {
  const position = positionOf(roster, self);
  const secret = fromBase64url(secrets.mask);
  const others = lists.shares!.map(({ partner }) => partner).filter((id) => id !== self);
  return [
    { ...selfMask(place, position, fromBase64url(secrets.self)), sharedWith: null },
    ...others.map((id) => ({
      ...pairMask(place, position, positionOf(roster, id), secret, fromBase64url(keys[id]!.maskKey)),
      sharedWith: id,
    })),
  ];
}

/** Partners on the list of shares whose box for this partner is missing, does not open or holds other shares than committed to. */
export const sharesUnread = (
  place: MaskPlace,
  self: string,
  secrets: RoundSecrets,
  attempt: Attempt,
): readonly string[] =>
  attempt.lists
    .shares!.map(({ partner }) => partner)
    .filter((of) => keptShares(place, self, secrets, attempt, of) === undefined);

/**
 * For each partner in the sum its share of the self mask seed, for each one that dropped out after it had shared its
 * share of the mask secret: never both. A share whose box doesn't open is left out; the others' shares are enough.
 */
export function revealShares(
  place: MaskPlace,
  self: string,
  secrets: RoundSecrets,
  attempt: Attempt,
  coordinatorBoxKey: Uint8Array,
  random: (count: number) => Uint8Array,
): Pick<Bodies['UNMASK'], 'key' | 'nonce' | 'box'> {
  const { lists } = attempt;
  const inSum = new Set(lists.uploads!.map(({ partner }) => partner));
  const revealed = lists.shares!.flatMap(({ partner: of }): RevealedShare[] => {
    const kept = keptShares(place, self, secrets, attempt, of);
    if (kept === undefined) return [];
    return [inSum.has(of) ? { of, secret: 'self', value: kept.self } : { of, secret: 'mask', value: kept.mask }];
  });
  return sealRevealed(revealed, coordinatorBoxKey, random);
}

function keptShares(
  place: MaskPlace,
  self: string,
  secrets: RoundSecrets,
  { keys, shares }: Attempt,
  of: string,
): KeptShares | undefined {
  const box = shares[of]?.box;
  if (!box) return undefined;
  const own = keyPair(fromBase64url(secrets.box));
  return openShares({ ...place, from: of, to: self }, box, own, fromBase64url(keys[of]!.boxKey));
}
