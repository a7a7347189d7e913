/** Who the partners are: their ids, names, keys and weights, in one document that each of them signs. */
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { canonicalHash, encodeCanonical, fromBase64url, toBase64url } from './canonical.ts';
import { hash, partnerId, publicKey, signature } from './formats.ts';
import { type SigningKeys, sign, signatureHolds } from './identity.ts';

export const fewestPartners = 3;
export const mostPartners = 50;

export const roster = z.strictObject({
  format: z.literal('chorale roster 1'),
  name: z.string().min(1).max(120),
  /** Hash of the roster that this one takes the place of. */
  previous: hash.exactOptional(),
  /**
   * Partners whose key is another than in the previous roster without a signature of the old one, since it is lost or in
   * wrong hands, and what has happened: whoever signs says that it has compared the words of the new key by voice.
   */
  lost: z.record(partnerId, z.string().trim().min(1).max(500)).exactOptional(),
  /** In a fixed order: a partner's place in it is its place in masks and shares. */
  partners: z
    .array(
      z.strictObject({
        id: partnerId,
        name: z.string().min(1).max(120),
        /** Ed25519. */
        key: publicKey,
        /** Its share in the average, such as its number of training compounds. */
        weight: z.number().positive(),
      }),
    )
    .min(fewestPartners)
    .max(mostPartners),
});

export const signedRoster = z.strictObject({
  roster,
  signatures: z.record(partnerId, signature),
  /** Of partners that replace their key, by the key that they had in the previous roster. */
  endorsements: z.record(partnerId, signature).exactOptional(),
});

export type Roster = z.infer<typeof roster>;
export type SignedRoster = z.infer<typeof signedRoster>;
export type Partner = Roster['partners'][number];

export const rosterHash = (document: Roster): string => canonicalHash('roster', document);

export const partnerOf = (document: Roster, id: string): Partner | undefined =>
  document.partners.find((partner) => partner.id === id);

/** Place in the roster from 1: the position of a partner's shares, and what orders pair masks. */
export const positionOf = (document: Roster, id: string): number =>
  document.partners.findIndex((partner) => partner.id === id) + 1;

export const signRoster = (document: Roster, keys: SigningKeys): string =>
  toBase64url(sign('roster', encodeCanonical(document), keys.secretKey));

export type RosterDifference = {
  readonly added: readonly Partner[];
  readonly removed: readonly Partner[];
  /** Under another name, key or weight; as they are now. */
  readonly changed: readonly Partner[];
};

/** What every partner that stays looks at before it signs the new roster. */
export function rosterDifference(before: Roster, after: Roster): RosterDifference {
  const isSame = (one: Partner, other: Partner): boolean =>
    one.name === other.name && one.key === other.key && one.weight === other.weight;
  return {
    added: after.partners.filter(({ id }) => partnerOf(before, id) === undefined),
    removed: before.partners.filter(({ id }) => partnerOf(after, id) === undefined),
    changed: after.partners.filter((partner) => {
      const known = partnerOf(before, partner.id);
      return known !== undefined && !isSame(known, partner);
    }),
  };
}

export type KeyChange = {
  readonly partner: Partner;
  /** By the old key; by nothing but the others' word, for this reason; or not at all. */
  readonly by: 'old-key' | 'word' | 'nobody';
  readonly reason: string | null;
};

/** Partners whose key is another one than before, and what speaks for it. */
export const keyChanges = (before: Roster, { roster: after, endorsements = {} }: SignedRoster): readonly KeyChange[] =>
  after.partners.flatMap((partner): KeyChange[] => {
    const known = partnerOf(before, partner.id);
    if (known === undefined || known.key === partner.key) return [];
    const given = endorsements[partner.id];
    const isEndorsed =
      given !== undefined &&
      signatureHolds('roster', encodeCanonical(after), fromBase64url(given), fromBase64url(known.key));
    const reason = after.lost?.[partner.id] ?? null;
    return [{ partner, by: isEndorsed ? 'old-key' : reason === null ? 'nobody' : 'word', reason }];
  });

/**
 * Of a roster that takes the place of one that this partner knows.
 * @throws ROSTER_INVALID when it is the successor of another, or a key was replaced and nothing speaks for it
 */
export function requireSuccessor(before: Roster, after: SignedRoster): void {
  const changes = keyChanges(before, after);
  if (changes.some(({ by }) => by === 'nobody')) throw invalid('key-replaced-without-reason');
  if (changes.length > 0 && after.roster.previous !== rosterHash(before)) throw invalid('other-previous');
}

/** Adds the word of the key that is replaced. */
export const withEndorsement = (signed: SignedRoster, id: string, oldKeys: SigningKeys): SignedRoster => ({
  ...signed,
  endorsements: { ...signed.endorsements, [id]: signRoster(signed.roster, oldKeys) },
});

/** Adds one partner's signature. @throws ROSTER_INVALID when the key is not the one under this id */
export function withSignature(signed: SignedRoster, id: string, keys: SigningKeys): SignedRoster {
  if (partnerOf(signed.roster, id)?.key !== toBase64url(keys.publicKey)) throw invalid('not-in-roster');
  return { ...signed, signatures: { ...signed.signatures, [id]: signRoster(signed.roster, keys) } };
}

export const hasSigned = ({ roster: document, signatures }: SignedRoster, { id, key }: Partner): boolean =>
  signatures[id] !== undefined &&
  signatureHolds('roster', encodeCanonical(document), fromBase64url(signatures[id]), fromBase64url(key));

/**
 * Reads a roster that is still being signed.
 * @throws ROSTER_INVALID for a wrong shape, partners that share an id or a key, or a signature that does not hold
 */
export function readRoster(value: unknown): SignedRoster {
  const parsed = signedRoster.safeParse(value);
  if (!parsed.success) throw invalid('wrong-shape');
  const { partners } = parsed.data.roster;
  if (new Set(partners.map(({ id }) => id)).size < partners.length) throw invalid('same-id-twice');
  for (const id of Object.keys({ ...parsed.data.roster.lost, ...parsed.data.endorsements })) {
    if (partnerOf(parsed.data.roster, id) === undefined) throw invalid('not-in-roster');
  }
  if (new Set(partners.map(({ key }) => key)).size < partners.length) throw invalid('same-key-twice');
  for (const id of Object.keys(parsed.data.signatures)) {
    const partner = partnerOf(parsed.data.roster, id);
    if (partner === undefined || !hasSigned(parsed.data, partner)) throw invalid('signature-does-not-hold');
  }
  return parsed.data;
}

/** @throws ROSTER_INVALID also when a partner has not signed */
export function readCompleteRoster(value: unknown): SignedRoster {
  const signed = readRoster(value);
  if (signed.roster.partners.some(({ id }) => signed.signatures[id] === undefined)) throw invalid('signature-missing');
  return signed;
}

const invalid = (reason: string): ChoraleError => new ChoraleError('ROSTER_INVALID', { reason });
