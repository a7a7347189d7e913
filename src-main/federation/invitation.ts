/** How a partner comes into a consortium: its card for the roster, and the invitation that it reads before it joins. */
import * as z from 'zod';
import { addCharter, newestCharter } from '../catalog/consents.ts';
import { setConsortiumState, setCoordinatorPlace } from '../catalog/consortium.ts';
import { addIdentity, type IdentityRow, readIdentity } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/open.ts';
import {
  type KeyReason,
  type NextKeyRow,
  readNextKey,
  replacedKeys,
  takeNextKey,
  writeNextKey,
} from '../catalog/partner-keys.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import { differingStages, stagesWithoutStructures } from '../chemistry/consistency.ts';
import {
  type ChemistryParameters,
  parameterHash,
  readChemistryParameters,
  writeChemistryParameters,
} from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Identity, InvitationPreview, KeyHistory, Member } from '../contract/federation.ts';
import { canonicalHash, encodeCanonical, toBase64url } from './canonical.ts';
import {
  charterHash,
  charterInvalid,
  charterJson,
  charterText,
  readCompleteCharter,
  type SignedCharter,
  signedCharter,
} from './charter.ts';
import { requireFollowing } from './charter-gathering.ts';
import { requireSoundCharter } from './charter-terms.ts';
import { hash } from './formats.ts';
import { fingerprintOf, fingerprintOfText, type SigningKeys, signingKeys } from './identity.ts';
import { type Plan, plan as planFormat, planHash, readPlan, uploadBytes } from './plan.ts';
import {
  hasSigned,
  keyChanges,
  partnerOf,
  type Roster,
  type RosterDifference,
  readCompleteRoster,
  readRoster,
  requireSuccessor,
  rosterDifference,
  rosterHash,
  type SignedRoster,
  signedRoster,
  withEndorsement,
  withSignature,
} from './roster.ts';
import {
  consortiumByRoster,
  type JoinedConsortium,
  readConsortium,
  readPartnerState,
  writeConsortium,
} from './series.ts';

/** Secret: it holds the key that scrambles the consortium's fingerprints. */
const invitation = z
  .strictObject({
    format: z.literal('chorale invitation 1'),
    coordinatorUrl: z.url({ protocol: /^https?$/ }),
    /** SHA-256 of the public key of the coordinator's TLS certificate: no other is spoken to, whoever signed it. */
    coordinatorCertificate: hash.exactOptional(),
    roster: signedRoster,
    plan: planFormat,
    charter: signedCharter.exactOptional(),
    chemistryKey: z.string().min(16),
  })
  .refine(({ coordinatorUrl, coordinatorCertificate }) =>
    coordinatorCertificate === undefined ? true : new URL(coordinatorUrl).protocol === 'https:',
  );

export type Invitation = z.infer<typeof invitation>;

export const writeInvitation = (content: Omit<Invitation, 'format'>): string =>
  documentText({ format: 'chorale invitation 1', ...content } satisfies Invitation);

/** @throws NOT_FOUND before the partner has an identity */
export function requireIdentity(catalog: Catalog): IdentityRow {
  const identity = readIdentity(catalog);
  if (identity === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'identity', id: 'partner' });
  return identity;
}

/** @param seed 32 random bytes @throws NOT_ALLOWED when the workspace has an identity: keys are never replaced */
export function makeIdentity(
  catalog: Catalog,
  named: Pick<IdentityRow, 'partnerId' | 'name'>,
  seed: Uint8Array,
  now: string,
): Identity {
  const made = { ...named, ...signingKeys(seed), madeAt: now };
  if (!addIdentity(catalog, made))
    throw new ChoraleError('NOT_ALLOWED', { action: 'federation.createIdentity', needs: 'no-identity' });
  return describeIdentity(made);
}

/**
 * Prepares the key that takes the place of the present one when a series is joined whose roster names it; until then nothing
 * changes. One that was prepared before is forgotten. @param seed 32 random bytes @throws NOT_FOUND before there is an identity
 */
export function prepareKey(catalog: Catalog, reason: KeyReason, seed: Uint8Array, now: string): Identity {
  const { partnerId, name } = requireIdentity(catalog);
  const keys = signingKeys(seed);
  inOneTransaction(catalog, () => writeNextKey(catalog, { ...keys, madeAt: now, reason }));
  return describeIdentity({ partnerId, name, publicKey: keys.publicKey, madeAt: now });
}

/** The key that was prepared, and those that were replaced, newest first. */
export function describeKeys(catalog: Catalog): KeyHistory {
  const identity = readIdentity(catalog);
  const next = readNextKey(catalog);
  return {
    next:
      identity === undefined || next === undefined
        ? null
        : { ...describeIdentity({ ...identity, publicKey: next.publicKey }), reason: next.reason, madeAt: next.madeAt },
    replaced: replacedKeys(catalog).map(({ publicKey, reason, madeAt, replacedAt }) => ({
      fingerprint: readable(fingerprintOf(publicKey)),
      reason,
      madeAt,
      replacedAt,
    })),
  };
}

export const describeIdentity = ({ partnerId, name, publicKey }: Omit<IdentityRow, 'secretKey'>): Identity => ({
  partnerId,
  name,
  publicKey: toBase64url(publicKey),
  fingerprint: readable(fingerprintOf(publicKey)),
});

/** Adds this partner's signature. @throws ROSTER_INVALID also when the roster does not name it with its key */
export function signRosterText(
  catalog: Catalog,
  text: string,
): { roster: string; rosterHash: string; members: Member[] } {
  const identity = requireIdentity(catalog);
  const signed = signedByIts(readRoster(jsonIn(text)), catalog, identity);
  return {
    roster: documentText(signed),
    rosterHash: rosterHash(signed.roster),
    members: describeMembers(signed, identity.partnerId),
  };
}

/** With the key that the roster names: the present one, or the one that was prepared, which the present one then speaks for. */
function signedByIts(given: SignedRoster, catalog: Catalog, identity: IdentityRow): SignedRoster {
  const before = previousRoster(catalog, given.roster);
  const next = nextKeyIn(given.roster, catalog, identity);
  const signed =
    next === undefined
      ? withSignature(given, identity.partnerId, identity)
      : withSignature(withEndorsement(given, identity.partnerId, identity), identity.partnerId, next);
  if (before !== undefined) requireSuccessor(before, signed);
  return signed;
}

/** The roster that this one says it takes the place of, where this partner knows it. */
const previousRoster = (catalog: Catalog, { previous }: Roster): Roster | undefined =>
  previous === undefined ? undefined : consortiumByRoster(catalog, previous)?.roster;

/** The prepared key, where the roster names it. */
function nextKeyIn(document: Roster, catalog: Catalog, { partnerId }: IdentityRow): NextKeyRow | undefined {
  const next = readNextKey(catalog);
  return next !== undefined && partnerOf(document, partnerId)?.key === toBase64url(next.publicKey) ? next : undefined;
}

/**
 * Reads an invitation with every check but the person's own eyes.
 * @param charter as text, where it does not come with the invitation
 * @throws ROSTER_INVALID, PLAN_INVALID, CHARTER_INVALID; ROSTER_INVALID also when this partner is not in it
 */
export function readInvitation(catalog: Catalog, text: string, charter?: string): Invitation {
  const parsed = invitation.safeParse(jsonIn(text));
  if (!parsed.success) throw new ChoraleError('PLAN_INVALID', { reason: 'wrong-shape' });
  const whole = charter === undefined ? parsed.data : withCharter(parsed.data, charter);
  const { roster, plan, chemistryKey } = whole;
  readCompleteRoster(roster);
  readPlan(plan, roster.roster);
  requireSameChemistry(plan, { ...plan.chemistry, key: chemistryKey });
  requireItsCharter(whole);
  const identity = requireIdentity(catalog);
  const isPresentKey = partnerOf(roster.roster, identity.partnerId)?.key === toBase64url(identity.publicKey);
  if (!isPresentKey && nextKeyIn(roster.roster, catalog, identity) === undefined) {
    throw new ChoraleError('ROSTER_INVALID', { reason: 'not-in-roster' });
  }
  const before = plan.continueFrom && readConsortium(catalog, plan.continueFrom.series);
  if (before !== undefined) requireSuccessor(before.roster, roster);
  requireSameTrunk(catalog, plan);
  return whole;
}

/** The charter that comes with an invitation counts; another one beside it is refused. @throws CHARTER_INVALID */
function withCharter(given: Invitation, text: string): Invitation {
  const charter = readCompleteCharter(charterJson(text));
  if (given.charter !== undefined && charterHash(given.charter.charter) !== charterHash(charter.charter)) {
    throw charterInvalid('document', 'other-charter');
  }
  return { ...given, charter };
}

/** The keys that this roster names for this partner: the present ones, or those that were prepared. */
export function keysNamedBy(catalog: Catalog, document: Roster): SigningKeys {
  const identity = requireIdentity(catalog);
  return nextKeyIn(document, catalog, identity) ?? identity;
}

/**
 * What this partner knows of the series that is continued must be what the plan says of it. One that did not come as far,
 * such as one that had left, takes the trunk from another partner. @throws PLAN_INVALID
 */
function requireSameTrunk(catalog: Catalog, { continueFrom, tensors }: Plan): void {
  const before = continueFrom && readConsortium(catalog, continueFrom.series);
  if (continueFrom === undefined || before === undefined) return;
  const base = readPartnerState(catalog, continueFrom.series)?.base;
  const isBehind = base === undefined || base.rounds < continueFrom.rounds;
  const isSame = base?.rounds === continueFrom.rounds && base.hash === continueFrom.trunkHash;
  if (before.planHash !== continueFrom.planHash || !(isBehind || isSame))
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-trunk' });
  if (canonicalHash('tensors', before.plan.tensors) !== canonicalHash('tensors', tensors)) {
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-tensors' });
  }
}

/** What changes for a partner that was in the series that is continued; null for one that comes new, or a new series. */
function describeContinued(
  catalog: Catalog,
  { continueFrom }: Plan,
  signed: SignedRoster,
): InvitationPreview['continues'] {
  const after = signed.roster;
  const before = continueFrom && readConsortium(catalog, continueFrom.series);
  if (continueFrom === undefined) return null;
  const { added, removed, changed } = before
    ? rosterDifference(before.roster, after)
    : { added: [], removed: [], changed: [] };
  const named = (partners: RosterDifference['added']) => partners.map(({ id, name }) => ({ id, name }));
  const { series, rounds, trunkHash } = continueFrom;
  return {
    series,
    rounds,
    trunkHash,
    known: before !== undefined,
    added: named(added),
    removed: named(removed),
    changed: named(changed),
    keys:
      before === undefined
        ? []
        : keyChanges(before.roster, signed).map(({ partner, by, reason }) => ({ id: partner.id, by, reason })),
  };
}

/** Signed by all, of this roster and plan, and the one that the plan names, where it names one. @throws CHARTER_INVALID */
function requireItsCharter({ charter, plan, roster: { roster } }: Invitation): void {
  if (charter === undefined) return;
  const { charter: document } = readCompleteCharter(charter);
  requireSoundCharter(document, roster, plan);
  requireFollowing(document, undefined, plan);
}

/** @throws PLAN_INVALID, naming the stage that differs where that shows without running the reference set */
function requireSameChemistry({ chemistryHash, consistency }: Plan, parameters: ChemistryParameters): void {
  if (parameterHash(parameters) === chemistryHash) return;
  const [stage] = differingStages(stagesWithoutStructures(parameters), consistency);
  throw new ChoraleError('PLAN_INVALID', { reason: stage === undefined ? 'other-chemistry' : `other-${stage}` });
}

export function previewInvitation(catalog: Catalog, text: string, fetched?: string): InvitationPreview {
  const {
    coordinatorUrl,
    coordinatorCertificate = null,
    roster,
    plan,
    charter,
  } = readInvitation(catalog, text, fetched);
  return {
    series: plan.series,
    name: roster.roster.name,
    rosterHash: rosterHash(roster.roster),
    members: describeMembers(roster, requireIdentity(catalog).partnerId),
    plan: describePlan(plan),
    coordinator: describeCoordinator({ url: coordinatorUrl, certificate: coordinatorCertificate }, plan),
    continues: describeContinued(catalog, plan, roster),
    charter: charter === undefined ? null : describeCharter(charter),
    needsCharter: plan.charterHash !== undefined,
    changesChemistry: parameterHash(readChemistryParameters(catalog)) !== plan.chemistryHash,
  };
}

/**
 * Joins: from now on structures are standardised with the consortium's key. Joining again changes nothing but where the
 * coordinator is found, and by which certificate.
 * @param fetched the charter, where it does not come with the invitation
 * @throws as `readInvitation`; CHARTER_INVALID also when the plan names a charter and none is there
 */
export function joinByInvitation(catalog: Catalog, text: string, now: string, fetched?: string): JoinedConsortium {
  const {
    coordinatorUrl,
    coordinatorCertificate = null,
    roster,
    plan,
    charter,
    chemistryKey,
  } = readInvitation(catalog, text, fetched);
  // A plan that names a charter is worth nothing without it.
  if (charter === undefined && plan.charterHash !== undefined) throw charterInvalid('document', 'not-here');
  const place = { url: coordinatorUrl, certificate: coordinatorCertificate };
  const known = readConsortium(catalog, plan.series);
  if (known !== undefined && known.planHash !== planHash(plan)) {
    throw new ChoraleError('PLAN_INVALID', { reason: 'other-plan' });
  }
  inOneTransaction(catalog, () => {
    const isNew = writeConsortium(catalog, {
      series: plan.series,
      name: roster.roster.name,
      signedRoster: roster,
      rosterHash: rosterHash(roster.roster),
      plan,
      planHash: planHash(plan),
      coordinator: { ...place, key: new Uint8Array(Buffer.from(plan.coordinator, 'base64url')) },
      joinedAt: now,
    });
    if (!isNew) setCoordinatorPlace(catalog, plan.series, place);
    if (charter !== undefined && newestCharter(catalog, plan.series) === undefined) {
      addCharter(catalog, {
        hash: charterHash(charter.charter),
        series: plan.series,
        version: charter.charter.version,
        document: charterText(charter),
        receivedAt: now,
      });
    }
    writeChemistryParameters(catalog, { ...plan.chemistry, key: chemistryKey });
    if (nextKeyIn(roster.roster, catalog, requireIdentity(catalog)) !== undefined) takeNextKey(catalog, now);
    // Its trunk goes on in the new series: nobody takes part in both.
    if (plan.continueFrom !== undefined) setConsortiumState(catalog, plan.continueFrom.series, 'finished');
  });
  return readConsortium(catalog, plan.series)!;
}

export const describeMembers = (signed: SignedRoster, self: string): Member[] =>
  signed.roster.partners.map((partner) => ({
    id: partner.id,
    name: partner.name,
    you: partner.id === self,
    fingerprint: readable(fingerprintOfText(partner.key)),
    weight: partner.weight,
    signedRoster: hasSigned(signed, partner),
  }));

const describeCharter = ({ charter, signatures }: SignedCharter): NonNullable<InvitationPreview['charter']> => ({
  ...{ name: charter.name, version: charter.version, hash: charterHash(charter), issued: charter.issued },
  signedBy: charter.partners.flatMap(({ id, name }) => (signatures[id] === undefined ? [] : [{ id, name }])),
});

export const describePlan = (plan: Plan): InvitationPreview['plan'] => ({
  hash: planHash(plan),
  rounds: plan.recipe.rounds,
  localSteps: plan.recipe.localSteps,
  batchSize: plan.recipe.batchSize,
  hidden: plan.hidden,
  chemistry: { foldRule: plan.chemistry.foldRule, tautomer: plan.chemistry.tautomer },
  tensors: plan.tensors.map(({ name, shape }) => ({
    name,
    shape,
    numbers: shape.reduce((all, size) => all * size, 1),
  })),
  uploadBytes: uploadBytes(plan),
  threshold: plan.threshold,
  minimumSurvivors: plan.minimumSurvivors,
});

export const describeCoordinator = (
  { url, certificate }: { readonly url: string; readonly certificate: string | null },
  plan: Plan,
): InvitationPreview['coordinator'] => ({
  url,
  host: new URL(url).host,
  fingerprint: readable(fingerprintOfText(plan.coordinator)),
  certificate,
});

const readable = ({ hex, words }: ReturnType<typeof fingerprintOf>) => ({ hex, words: [...words] });

/** @throws ROSTER_INVALID when the text is no JSON at all */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ChoraleError('ROSTER_INVALID', { reason: 'wrong-shape' }, { cause: error });
  }
}

const documentText = (document: Invitation | SignedRoster): string =>
  new TextDecoder().decode(encodeCanonical(document));
