/** What the companies of a consortium promise each other, in one versioned document that each of them signs with its partner key. */
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import { canonicalHash, encodeCanonical, fromBase64url, toBase64url } from './canonical.ts';
import { disclosureLimits } from './disclosure.ts';
import { hash, partnerId, publicKey, signature } from './formats.ts';
import { type SigningKeys, sign, signatureHolds } from './identity.ts';
import { plan as planFormat } from './plan.ts';
import { fewestPartners, mostPartners } from './roster.ts';

/** Neither control characters nor marks that turn the direction of writing: what is read is what is signed. */
const isPlain = (text: string): boolean => text.isWellFormed() && !/[\p{Cc}\p{Cf}]/u.test(text.replaceAll('\n', ''));

const line = z
  .string()
  .min(1)
  .max(300)
  .refine((text) => isPlain(text) && !text.includes('\n'));
const text = z.string().min(1).max(6000).refine(isPlain);
const positive = z.number().int().positive();
const { series, hidden, encoding, consistency, deadlines, rareRows, voiding, recipe, chemistryHash } = planFormat.shape;

/** Months; null: as long as its owner keeps it. */
const kept = positive.nullable();

export const charter = z.strictObject({
  format: z.literal('chorale charter 1'),
  /** Of the consortium, as in the roster. */
  name: line,
  version: positive,
  /** Hash of the version that this one takes the place of; none before the first. */
  previous: hash.exactOptional(),
  /** Day, as in 2026-03-01. */
  issued: z.iso.date(),
  /** Of the free text. */
  language: z.enum(['en', 'ja']),
  series,
  rosterHash: hash,
  /** The plan, without its own reference to this charter. */
  planTerms: hash,
  purpose: text,
  partners: z
    .array(z.strictObject({ id: partnerId, name: line, key: publicKey, fingerprint: hash }))
    .min(fewestPartners)
    .max(mostPartners),
  coordinator: z.strictObject({ key: publicKey, fingerprint: hash, operator: text }),
  parameters: z.strictObject({
    chemistryHash,
    consistency,
    hidden,
    /** In the vector that is summed. */
    numbers: positive,
    rounds: recipe.shape.rounds,
    localSteps: recipe.shape.localSteps,
    batchSize: recipe.shape.batchSize,
    encoding,
    buildHash: planFormat.shape.buildHash,
  }),
  weights: z.strictObject({
    rule: text,
    of: z.record(partnerId, positive),
    /** Training compounds that weigh 1, where each partner applies its weight itself and tells nobody. */
    privateReference: z.number().positive().exactOptional(),
  }),
  /** Of the disclosure checks; each that is not named is the application's own. */
  limits: disclosureLimits,
  rounds: z.strictObject({
    rule: text,
    threshold: positive,
    minimumSurvivors: positive,
    deadlines,
    rareRows,
    voiding,
  }),
  retention: z.strictObject({ escrowMonths: kept, logMonths: kept, modelMonths: kept, rule: text }),
  withdrawal: z.strictObject({ how: text, stops: text, cannotUndo: text }),
  liability: z
    .array(z.strictObject({ who: line, for: text }))
    .min(1)
    .max(60),
  contacts: z
    .array(z.strictObject({ partner: partnerId, role: line, name: line, reach: line }))
    .min(1)
    .max(200),
  /** How this document is changed, and which law and courts it is under. */
  changes: text,
});

export const signedCharter = z.strictObject({ charter, signatures: z.record(partnerId, signature) });

export type Charter = z.infer<typeof charter>;
export type SignedCharter = z.infer<typeof signedCharter>;

export const charterHash = (document: Charter): string => canonicalHash('charter', document);

export const charterText = (signed: SignedCharter): string => new TextDecoder().decode(encodeCanonical(signed));

export const hasSignedCharter = (
  { charter: document, signatures }: SignedCharter,
  { id, key }: Pick<Charter['partners'][number], 'id' | 'key'>,
): boolean =>
  signatures[id] !== undefined &&
  signatureHolds('charter', encodeCanonical(document), fromBase64url(signatures[id]), fromBase64url(key));

/** Adds one partner's signature. @throws CHARTER_INVALID when the key is not the one under this id */
export function withCharterSignature(signed: SignedCharter, id: string, keys: SigningKeys): SignedCharter {
  const own = signed.charter.partners.find((partner) => partner.id === id);
  if (own?.key !== toBase64url(keys.publicKey)) throw charterInvalid('partners', 'not-in-charter');
  const made = toBase64url(sign('charter', encodeCanonical(signed.charter), keys.secretKey));
  return { ...signed, signatures: { ...signed.signatures, [id]: made } };
}

/**
 * Reads a charter that is still being signed.
 * @throws CHARTER_INVALID with the place of a wrong shape, or of a signature that does not hold
 */
export function readCharter(value: unknown): SignedCharter {
  const parsed = signedCharter.safeParse(value);
  if (!parsed.success) throw charterInvalid(placeOf(parsed.error.issues[0]?.path ?? []), 'wrong-shape');
  const { partners } = parsed.data.charter;
  if (new Set(partners.map(({ id }) => id)).size < partners.length) throw charterInvalid('partners', 'same-id-twice');
  for (const id of Object.keys(parsed.data.signatures)) {
    const partner = partners.find((one) => one.id === id);
    if (partner === undefined || !hasSignedCharter(parsed.data, partner)) {
      throw charterInvalid(`signatures.${id}`, 'signature-does-not-hold');
    }
  }
  return parsed.data;
}

/** @throws CHARTER_INVALID also when a partner has not signed */
export function readCompleteCharter(value: unknown): SignedCharter {
  const signed = readCharter(value);
  const missing = signed.charter.partners.find(({ id }) => signed.signatures[id] === undefined);
  if (missing !== undefined) throw charterInvalid(`signatures.${missing.id}`, 'signature-missing');
  return signed;
}

/** @throws CHARTER_INVALID when the text is no JSON at all */
export function charterJson(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch (error) {
    throw new ChoraleError('CHARTER_INVALID', { place: 'document', reason: 'wrong-shape' }, { cause: error });
  }
}

export const charterInvalid = (place: string, reason: string): ChoraleError =>
  new ChoraleError('CHARTER_INVALID', { place, reason });

const placeOf = (path: readonly PropertyKey[]): string =>
  path.filter((part, at) => at > 0 || part !== 'charter').join('.') || 'document';
