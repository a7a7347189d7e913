/** The card of a partner's key, as it is handed to whoever assembles the next roster; and that roster, from such cards. */
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { encodeCanonical, fromBase64url, toBase64url } from './canonical.ts';
import { partnerId, publicKey, signature } from './formats.ts';
import { type SigningKeys, sign, signatureHolds } from './identity.ts';
import { type Partner, partnerOf, type Roster, rosterHash } from './roster.ts';

const terms = z.strictObject({
  format: z.literal('chorale key card 1'),
  partner: partnerId,
  name: z.string().min(1).max(120),
  key: publicKey,
});

const keyCard = z.strictObject({
  card: terms,
  /** By the key itself: whoever hands the card over holds it. */
  own: signature,
  /** By the key that it takes the place of; null for the first key, and where the old one is lost or in wrong hands. */
  old: signature.nullable(),
});

export type KeyCard = z.infer<typeof keyCard>;

/** @param old of the key that is replaced, where it is still to be believed */
export function makeKeyCard(
  { partner, name }: { readonly partner: string; readonly name: string },
  keys: SigningKeys,
  old: SigningKeys | undefined,
): KeyCard {
  const card = { format: 'chorale key card 1' as const, partner, name, key: toBase64url(keys.publicKey) };
  const signedWith = ({ secretKey }: SigningKeys) => toBase64url(sign('key card', encodeCanonical(card), secretKey));
  return { card, own: signedWith(keys), old: old === undefined ? null : signedWith(old) };
}

/** @throws ROSTER_INVALID for another shape, or a card that its own key has not signed */
export function readKeyCard(value: unknown): KeyCard {
  const parsed = keyCard.safeParse(value);
  if (!parsed.success) throw invalid('wrong-shape');
  if (!holds(parsed.data, parsed.data.own, parsed.data.card.key)) throw invalid('signature-does-not-hold');
  return parsed.data;
}

export type RosterChanges = {
  readonly cards: readonly KeyCard[];
  /** By partner: why a key comes without the signature of the old one. */
  readonly lost: Readonly<Record<string, string>>;
  /** By partner: of those that come new, and of those whose share changes. */
  readonly weights: Readonly<Record<string, number>>;
  readonly leaving: readonly string[];
};

/**
 * The successor of a roster, for every partner to sign. Partners keep their order, and those that come new stand last.
 * @param changes cards read by `readKeyCard`
 * @throws ROSTER_INVALID when a key is replaced and neither the old one nor a reason speaks for it, when a newcomer has no
 *   weight, or for somebody who is in neither
 */
export function nextRoster(before: Roster, { cards, lost, weights, leaving }: RosterChanges): Roster {
  const cardOf = (id: string): KeyCard | undefined => cards.findLast(({ card }) => card.partner === id);
  const staying = before.partners
    .filter(({ id }) => !leaving.includes(id))
    .map((partner): Partner => {
      const given = cardOf(partner.id);
      const weight = weights[partner.id] ?? partner.weight;
      return given === undefined ? { ...partner, weight } : { ...partner, key: given.card.key, weight };
    });
  const added = cards
    .filter(({ card }, at) => partnerOf(before, card.partner) === undefined && cardOf(card.partner) === cards[at])
    .map(({ card: { partner: id, name, key } }): Partner => {
      const weight = weights[id];
      if (weight === undefined) throw invalid('weight-missing');
      return { id, name, key, weight };
    });
  const partners = [...staying, ...added];
  for (const id of [...leaving, ...Object.keys(lost), ...Object.keys(weights)]) {
    if (partnerOf(before, id) === undefined && !partners.some((partner) => partner.id === id))
      throw invalid('not-in-roster');
  }
  const reasons: Record<string, string> = {};
  for (const { id, key } of staying) {
    const known = partnerOf(before, id)!;
    const given = cardOf(id);
    if (key === known.key || given === undefined) continue;
    if (given.old !== null && holds(given, given.old, known.key)) continue;
    if (lost[id] === undefined) throw invalid('key-replaced-without-reason');
    reasons[id] = lost[id];
  }
  return {
    format: 'chorale roster 1',
    name: before.name,
    previous: rosterHash(before),
    ...(Object.keys(reasons).length === 0 ? {} : { lost: reasons }),
    partners,
  };
}

const holds = ({ card }: KeyCard, made: string, key: string): boolean =>
  signatureHolds('key card', encodeCanonical(card), fromBase64url(made), fromBase64url(key));

const invalid = (reason: string): ChoraleError => new ChoraleError('ROSTER_INVALID', { reason });
