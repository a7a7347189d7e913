/** What decisions and standing approvals sign, and whose key signs it. */
import type { DecisionRow, StandingApprovalRow } from '../catalog/decisions.ts';
import { signingIdentity } from '../catalog/decisions.ts';
import type { Catalog } from '../catalog/open.ts';
import { ChoraleError } from '../contract/errors.ts';
import { encodeCanonical } from '../federation/canonical.ts';
import { type SigningKeys, sign, signatureHolds } from '../federation/identity.ts';

/**
 * The key of this partner, which signs for its people until each has a key of their own.
 * @throws NOT_FOUND before the partner has an identity
 */
export function partnerKeys(catalog: Catalog): SigningKeys {
  const keys = signingIdentity(catalog);
  if (keys === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'identity', id: 'partner' });
  return keys;
}

export const signDecision = (decision: Omit<DecisionRow, 'id' | 'signature'>, keys: SigningKeys): Uint8Array =>
  sign('approval', decisionBytes(decision), keys.secretKey);

export const decisionHolds = (decision: Omit<DecisionRow, 'id'>, publicKey: Uint8Array): boolean =>
  signatureHolds('approval', decisionBytes(decision), decision.signature, publicKey);

type StandingTerms = Pick<StandingApprovalRow, 'series' | 'planHash' | 'lastRound' | 'person' | 'role' | 'givenAt'>;

export const signStandingApproval = (terms: StandingTerms, keys: SigningKeys): Uint8Array =>
  sign('approval', standingBytes(terms), keys.secretKey);

export const standingApprovalHolds = (
  terms: StandingTerms & Pick<StandingApprovalRow, 'signature'>,
  publicKey: Uint8Array,
) => signatureHolds('approval', standingBytes(terms), terms.signature, publicKey);

const decisionBytes = (decision: Omit<DecisionRow, 'id' | 'signature'>): Uint8Array => {
  const { packageHash, planHash, person, role, verdict, comment, standingApprovalId, decidedAt } = decision;
  return encodeCanonical({
    document: 'chorale decision 1',
    ...{ packageHash, planHash, person, role, verdict, comment, standingApprovalId, decidedAt },
  });
};

const standingBytes = ({ series, planHash, lastRound, person, role, givenAt }: StandingTerms): Uint8Array =>
  encodeCanonical({
    document: 'chorale standing approval 1',
    ...{ series, planHash, lastRound, person, role, givenAt },
  });
