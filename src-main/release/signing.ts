/** What decisions and standing approvals sign, and whose key signs it. */
import type { AmendmentRow } from '../catalog/amendments.ts';
import type { DecisionRow, StandingApprovalRow } from '../catalog/decisions.ts';
import { listStandingApprovals, signingIdentity } from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import type { OverrideRow } from '../catalog/overrides.ts';
import { replacedKeys } from '../catalog/partner-keys.ts';
import { type CertificateRow, listCertificates } from '../catalog/people.ts';
import { leftOut as leftOutFormat } from '../contract/disclosure.ts';
import { ChoraleError } from '../contract/errors.ts';
import { encodeCanonical, sha256, toHex } from '../federation/canonical.ts';
import { fingerprintOf, type SigningKeys, sign, signatureHolds } from '../federation/identity.ts';
import { certificateOf, type Signed } from './people.ts';

/**
 * The key of this partner: it certifies the keys of its people, and signs what their standing approvals let go.
 * @throws NOT_FOUND before the partner has an identity
 */
export function partnerKeys(catalog: Catalog): SigningKeys {
  const keys = signingIdentity(catalog);
  if (keys === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'identity', id: 'partner' });
  return keys;
}

/** As people compare a key by voice. */
export const keyWordsOf = (key: Uint8Array | null | undefined): string[] | null =>
  key === null || key === undefined ? null : [...fingerprintOf(key).words];

type DecisionTerms = Omit<DecisionRow, 'id' | 'signature' | 'personId' | 'signedBy'>;

export const signDecision = (decision: DecisionTerms, keys: SigningKeys): Uint8Array =>
  sign('approval', decisionBytes(decision), keys.secretKey);

/** A key of the partner, and until when it signed. */
export type KeyInForce = {
  /** Ed25519. */
  readonly publicKey: Uint8Array;
  /** ISO 8601: when the next one took its place; null for the present one. */
  readonly until: string | null;
};

/** What a signature is checked against: the partner's keys, and who had which key in which role and when. */
export type SigningChain = {
  /** Oldest first; none before the partner has an identity. */
  readonly partnerKeys: readonly KeyInForce[];
  readonly certificates: readonly CertificateRow[];
  readonly standingApprovals: readonly StandingApprovalRow[];
};

export const signingChain = (catalog: Catalog): SigningChain => ({
  partnerKeys: keysInForce(catalog),
  certificates: listCertificates(catalog),
  standingApprovals: listStandingApprovals(catalog),
});

/** Oldest first; the last one is the present key. */
export function keysInForce(catalog: Catalog): readonly KeyInForce[] {
  const present = signingIdentity(catalog);
  if (present === undefined) return [];
  const replaced = replacedKeys(catalog).map(({ publicKey, replacedAt: until }) => ({ publicKey, until }));
  return [...replaced.toReversed(), { publicKey: present.publicKey, until: null }];
}

/** The key that the partner signed with at this time (ISO 8601). */
export const keyAt = (keys: readonly KeyInForce[], at: string): Uint8Array | undefined =>
  keys.find(({ until }) => until === null || at < until)?.publicKey;

/**
 * Whether this decision is the person's: under their key as a certificate of that time names it; under a standing
 * approval that stands itself, by the partner's key; or by the partner's key before anybody had an account.
 */
export function decisionStands(decision: DecisionRow, chain: SigningChain): boolean {
  const { person, role, decidedAt: at, signedBy, standingApprovalId } = decision;
  const bytes = decisionBytes(decision);
  if (signedBy !== null) return personSigned(chain, { signedBy, person, role, at }, bytes, decision.signature);
  if (!partnerSigned(chain, at, bytes, decision.signature)) return false;
  if (standingApprovalId === null) return beforeAccounts(chain, at);
  const standing = chain.standingApprovals.find(({ id }) => id === standingApprovalId);
  return standing !== undefined && standing.person === person && standingHolds(standing, chain);
}

/** The same for a standing approval; whether it still covers anything is another question. */
export function standingHolds(standing: StandingApprovalRow, chain: SigningChain): boolean {
  const { person, role, givenAt: at, signedBy } = standing;
  const bytes = standingBytes(standing);
  if (signedBy !== null) return personSigned(chain, { signedBy, person, role, at }, bytes, standing.signature);
  return partnerSigned(chain, at, bytes, standing.signature) && beforeAccounts(chain, at);
}

type StandingTerms = Pick<
  StandingApprovalRow,
  'series' | 'planHash' | 'lastRound' | 'person' | 'role' | 'givenAt' | 'limits'
>;

export const signStandingApproval = (terms: StandingTerms, keys: SigningKeys): Uint8Array =>
  sign('approval', standingBytes(terms), keys.secretKey);

/** Every certificate is signed anew when the partner takes another key: what an old key has certified counts no more. */
function personSigned(
  { partnerKeys, certificates }: SigningChain,
  signed: Signed,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  const partnerKey = partnerKeys.at(-1)?.publicKey;
  if (partnerKey === undefined || certificateOf(certificates, partnerKey, signed) === undefined) return false;
  return signatureHolds('approval', bytes, signature, signed.signedBy);
}

function partnerSigned({ partnerKeys }: SigningChain, at: string, bytes: Uint8Array, signature: Uint8Array): boolean {
  const partnerKey = keyAt(partnerKeys, at);
  return partnerKey !== undefined && signatureHolds('approval', bytes, signature, partnerKey);
}

/** Since there are accounts, the partner's key alone decides nothing. */
const beforeAccounts = ({ certificates }: SigningChain, at: string): boolean =>
  certificates.every(({ validFrom }) => at < validFrom);

const decisionBytes = (decision: DecisionTerms): Uint8Array => {
  const { packageHash, planHash, policyHash, person, role, verdict, comment, standingApprovalId, decidedAt } = decision;
  return encodeCanonical({
    ...(policyHash === null ? { document: 'chorale decision 1' } : { document: 'chorale decision 2', policyHash }),
    ...{ packageHash, planHash, person, role, verdict, comment, standingApprovalId, decidedAt },
  });
};

/** Before there was a first round it was no part of what was signed. */
const signedLimits = ({ firstRound, ...limits }: NonNullable<StandingTerms['limits']>) =>
  firstRound === null ? limits : { ...limits, firstRound };

const standingBytes = ({ series, planHash, lastRound, person, role, givenAt, limits }: StandingTerms): Uint8Array =>
  encodeCanonical({
    ...(limits === null
      ? { document: 'chorale standing approval 1' }
      : { document: 'chorale standing approval 2', limits: signedLimits(limits) }),
    ...{ series, planHash, lastRound, person, role, givenAt },
  });

type OverrideTerms = Pick<OverrideRow, 'packageHash' | 'planHash' | 'policyHash' | 'checks' | 'reason'>;
type Signer = { readonly by: string; readonly role: string; readonly at: string };

/** @param asked the signature that is confirmed; undefined for who asks */
export const signOverride = (
  terms: OverrideTerms,
  signer: Signer,
  asked: Uint8Array | undefined,
  keys: SigningKeys,
): Uint8Array => sign('approval', overrideBytes(terms, signer, asked), keys.secretKey);

/** Whether two persons have signed it, each under an own key of that time. */
export function overrideStands(override: OverrideRow, chain: SigningChain): { asked: boolean; confirmed: boolean } {
  const { asked, confirmed } = override;
  const holds = (signed: OverrideRow['asked'], of: Uint8Array | undefined) =>
    signed.signedBy !== null &&
    personSigned(
      chain,
      { signedBy: signed.signedBy, person: signed.by, role: signed.role, at: signed.at },
      overrideBytes(override, signed, of),
      signed.signature,
    );
  return {
    asked: holds(asked, undefined),
    confirmed: confirmed !== null && confirmed.by !== asked.by && holds(confirmed, asked.signature),
  };
}

const overrideBytes = (
  { packageHash, planHash, policyHash, checks, reason }: OverrideTerms,
  { by, role, at }: Signer,
  asked: Uint8Array | undefined,
): Uint8Array =>
  encodeCanonical({
    document: 'chorale override 1',
    ...{ packageHash, planHash, policyHash, checks, reason, by, role, at },
    ...(asked === undefined ? {} : { confirms: asked }),
  });

/** An amendment without a structure: what is signed, so that a bundle proves the signature and tells nothing. */
export type AmendmentDigest = Omit<AmendmentRow, 'leftOut' | 'salt'> & {
  readonly assays: readonly number[];
  /** How many structures are left out. */
  readonly compounds: number;
  /** SHA-256 over the salt and the structures; null for one of earlier versions, which signs the structures themselves. */
  readonly compoundsHash: string | null;
};

export function digestOfAmendment<Row extends Unsigned<AmendmentRow>>({ leftOut, salt, ...row }: Row) {
  const { assays, compounds } = leftOutFormat.parse(JSON.parse(leftOut));
  const compoundsHash = salt === null ? null : toHex(sha256(salt, JSON.stringify(compounds)));
  return { ...row, assays, compounds: compounds.length, compoundsHash };
}

type Unsigned<Amendment> = Omit<Amendment, 'id' | 'signature' | 'personId' | 'signedBy'>;

export const signAmendment = (terms: Unsigned<AmendmentRow>, keys: SigningKeys): Uint8Array =>
  sign('approval', amendmentBytes(terms), keys.secretKey);

export const amendmentStands = (amendment: AmendmentRow, chain: SigningChain): boolean =>
  amendmentSigned(amendment, amendmentBytes(amendment), chain);

/** @returns undefined where only the structures, which are not in the digest, would tell */
export function amendmentDigestStands(digest: AmendmentDigest, chain: SigningChain): boolean | undefined {
  if (digest.compoundsHash !== null) return amendmentSigned(digest, digestBytes(digest), chain);
  if (digest.compounds > 0) return undefined;
  const leftOut = JSON.stringify({ assays: digest.assays, compounds: [] });
  return amendmentSigned(digest, firstBytes({ ...digest, leftOut }), chain);
}

const amendmentSigned = (
  { signedBy, person, role, madeAt, signature }: AmendmentRow | AmendmentDigest,
  bytes: Uint8Array,
  chain: SigningChain,
): boolean => signedBy !== null && personSigned(chain, { signedBy, person, role, at: madeAt }, bytes, signature);

function amendmentBytes(terms: Unsigned<AmendmentRow>): Uint8Array {
  if (terms.salt === null) return firstBytes(terms);
  return digestBytes(digestOfAmendment(terms));
}

const digestBytes = (terms: Unsigned<AmendmentDigest>): Uint8Array => {
  const { series, round, attempt, packageHash, person, role, comment, assays, compounds, compoundsHash, madeAt } =
    terms;
  return encodeCanonical({
    document: 'chorale amendment 2',
    ...{ series, round, attempt, packageHash, person, role, comment, assays, compounds, compoundsHash, madeAt },
  });
};

/** As earlier versions signed it. */
const firstBytes = (terms: Omit<Unsigned<AmendmentRow>, 'salt'>): Uint8Array => {
  const { series, round, attempt, packageHash, person, role, comment, leftOut, madeAt } = terms;
  return encodeCanonical({
    document: 'chorale amendment 1',
    ...{ series, round, attempt, packageHash, person, role, comment, leftOut, madeAt },
  });
};
