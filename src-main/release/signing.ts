/** What decisions and standing approvals sign, and whose key signs it. */
import type { AmendmentRow } from '../catalog/amendments.ts';
import type { DecisionRow, StandingApprovalRow } from '../catalog/decisions.ts';
import { listStandingApprovals, signingIdentity } from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import type { OverrideRow } from '../catalog/overrides.ts';
import { type CertificateRow, listCertificates } from '../catalog/people.ts';
import { ChoraleError } from '../contract/errors.ts';
import { encodeCanonical } from '../federation/canonical.ts';
import { type SigningKeys, sign, signatureHolds } from '../federation/identity.ts';
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

type DecisionTerms = Omit<DecisionRow, 'id' | 'signature' | 'personId' | 'signedBy'>;

export const signDecision = (decision: DecisionTerms, keys: SigningKeys): Uint8Array =>
  sign('approval', decisionBytes(decision), keys.secretKey);

/** What a signature is checked against: the partner's key, and who had which key in which role and when. */
export type SigningChain = {
  /** Ed25519; undefined before the partner has an identity. */
  readonly partnerKey: Uint8Array | undefined;
  readonly certificates: readonly CertificateRow[];
  readonly standingApprovals: readonly StandingApprovalRow[];
};

export const signingChain = (catalog: Catalog): SigningChain => ({
  partnerKey: signingIdentity(catalog)?.publicKey,
  certificates: listCertificates(catalog),
  standingApprovals: listStandingApprovals(catalog),
});

/**
 * Whether this decision is the person's: under their key as a certificate of that time names it; under a standing
 * approval that stands itself, by the partner's key; or by the partner's key before anybody had an account.
 */
export function decisionStands(decision: DecisionRow, chain: SigningChain): boolean {
  const { person, role, decidedAt: at, signedBy, standingApprovalId } = decision;
  const bytes = decisionBytes(decision);
  if (signedBy !== null) return personSigned(chain, { signedBy, person, role, at }, bytes, decision.signature);
  if (!partnerSigned(chain, bytes, decision.signature)) return false;
  if (standingApprovalId === null) return beforeAccounts(chain, at);
  const standing = chain.standingApprovals.find(({ id }) => id === standingApprovalId);
  return standing !== undefined && standing.person === person && standingHolds(standing, chain);
}

/** The same for a standing approval; whether it still covers anything is another question. */
export function standingHolds(standing: StandingApprovalRow, chain: SigningChain): boolean {
  const { person, role, givenAt: at, signedBy } = standing;
  const bytes = standingBytes(standing);
  if (signedBy !== null) return personSigned(chain, { signedBy, person, role, at }, bytes, standing.signature);
  return partnerSigned(chain, bytes, standing.signature) && beforeAccounts(chain, at);
}

type StandingTerms = Pick<
  StandingApprovalRow,
  'series' | 'planHash' | 'lastRound' | 'person' | 'role' | 'givenAt' | 'limits'
>;

export const signStandingApproval = (terms: StandingTerms, keys: SigningKeys): Uint8Array =>
  sign('approval', standingBytes(terms), keys.secretKey);

function personSigned(
  { partnerKey, certificates }: SigningChain,
  signed: Signed,
  bytes: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (partnerKey === undefined || certificateOf(certificates, partnerKey, signed) === undefined) return false;
  return signatureHolds('approval', bytes, signature, signed.signedBy);
}

const partnerSigned = ({ partnerKey }: SigningChain, bytes: Uint8Array, signature: Uint8Array): boolean =>
  partnerKey !== undefined && signatureHolds('approval', bytes, signature, partnerKey);

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

const standingBytes = ({ series, planHash, lastRound, person, role, givenAt, limits }: StandingTerms): Uint8Array =>
  encodeCanonical({
    ...(limits === null
      ? { document: 'chorale standing approval 1' }
      : { document: 'chorale standing approval 2', limits }),
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

type AmendmentTerms = Omit<AmendmentRow, 'id' | 'signature' | 'personId' | 'signedBy'>;

export const signAmendment = (terms: AmendmentTerms, keys: SigningKeys): Uint8Array =>
  sign('approval', amendmentBytes(terms), keys.secretKey);

export const amendmentStands = (amendment: AmendmentRow, chain: SigningChain): boolean =>
  amendment.signedBy !== null &&
  personSigned(
    chain,
    { signedBy: amendment.signedBy, person: amendment.person, role: amendment.role, at: amendment.madeAt },
    amendmentBytes(amendment),
    amendment.signature,
  );

const amendmentBytes = (terms: AmendmentTerms): Uint8Array => {
  const { series, round, attempt, packageHash, person, role, comment, leftOut, madeAt } = terms;
  return encodeCanonical({
    document: 'chorale amendment 1',
    ...{ series, round, attempt, packageHash, person, role, comment, leftOut, madeAt },
  });
};
