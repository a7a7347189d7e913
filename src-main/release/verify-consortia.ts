/** Roster and plan of each consortium in an audit bundle: signed by every partner, and naming this one and the coordinator. */
import type { ChoraleError } from '../contract/errors.ts';
import { isChoraleError } from '../contract/errors.ts';
import { decodeCanonical, toBase64url } from '../federation/canonical.ts';
import { type Plan, planHash, readPlan } from '../federation/plan.ts';
import { partnerOf, type Roster, readCompleteRoster, rosterHash, type SignedRoster } from '../federation/roster.ts';
import { must, same, wrong } from './bundle-wrong.ts';
import type { Checking } from './verify.ts';

export type CheckedConsortium = {
  readonly series: string;
  readonly name: string;
  readonly roster: Roster;
  readonly signed: SignedRoster;
  /** Of this partner in the roster: Ed25519, base64url. */
  readonly ownKey: string;
  readonly joinedAt: string;
  readonly plan: Plan;
  readonly planHash: string;
  readonly rosterHash: string;
  readonly coordinatorKey: Uint8Array;
  readonly coordinatorUrl: string;
};

/** @throws BUNDLE_WRONG */
export function checkConsortia({ manifest, rows }: Checking): readonly CheckedConsortium[] {
  const { company, partnerKeys } = manifest;
  return rows.consortia.map((row) => {
    const { series, name, roster: rosterText, plan: planText, coordinatorUrl, coordinatorKey, joinedAt } = row;
    const where = `consortia.json ${series}`;
    const signed = readAs(`${where} roster`, () => readCompleteRoster(canonicalIn(rosterText)));
    const { roster } = signed;
    const plan = readAs(`${where} plan`, () => readPlan(canonicalIn(planText), roster));
    const own = partnerOf(roster, company.id);
    must(
      own !== undefined && partnerKeys.includes(own.key),
      `${where} roster`,
      'other-key',
      'a key of the partner',
      own?.key ?? 'none',
    );
    same(`${where} plan coordinator`, 'other-key', plan.coordinator, toBase64url(coordinatorKey));
    same(`${where} plan series`, 'other-series', series, plan.series);
    return {
      ...{ series, name, roster, signed, plan, coordinatorKey, coordinatorUrl, joinedAt },
      ownKey: own.key,
      planHash: planHash(plan),
      rosterHash: rosterHash(roster),
    };
  });
}

const canonicalIn = (text: string): unknown => decodeCanonical(new TextEncoder().encode(text));

function readAs<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    const reason = isChoraleError(error)
      ? String((error as ChoraleError<'ROSTER_INVALID'>).data.reason)
      : 'wrong-shape';
    throw wrong(where, 'document-form', 'a document that holds', reason);
  }
}
