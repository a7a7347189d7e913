/** The charter at the coordinator: fetched before joining, looked at afterwards, and handed in under this company's signature. */
import { newestCharter } from '../catalog/consents.ts';
import { readIdentity } from '../catalog/identity.ts';
import type { Catalog } from '../catalog/open.ts';
import type { CharterAtCoordinator } from '../contract/consent.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Exchange, type ExchangePartner, openExchange } from '../exchange/client.ts';
import { hostOf } from '../exchange/gate.ts';
import { proxyOnTheWay } from '../exchange/way-out.ts';
import { fromBase64url } from '../federation/canonical.ts';
import {
  charterHash,
  charterJson,
  charterText,
  readCharter,
  readCompleteCharter,
  type SignedCharter,
} from '../federation/charter.ts';
import { requireFollowing } from '../federation/charter-gathering.ts';
import { requireSoundCharter } from '../federation/charter-terms.ts';
import { keysNamedBy, readInvitation } from '../federation/invitation.ts';
import { planHash } from '../federation/plan.ts';
import { currentConsortium, type JoinedConsortium } from '../federation/series.ts';
import { appendAudit } from '../release/audit.ts';
import { signCharterText } from '../release/consent-acts.ts';
import { previewCharter } from '../release/consent-view.ts';
import { partnerKeys } from '../release/signing.ts';

/** A person waits for the answer: who is not there at once is not asked again. */
const patience = { retryAfter: [], timeoutMs: 10_000 } as const;

/**
 * The charter that belongs to this invitation: the one that its plan names, else the newest that all have signed.
 * @returns its text, or null where the coordinator has none
 * @throws as `readInvitation`, CHARTER_INVALID also for one whose signatures, roster or plan are others; as `Exchange`
 */
export async function fetchCharter(catalog: Catalog, invitation: string, signal?: AbortSignal): Promise<string | null> {
  const { coordinatorUrl, coordinatorCertificate = null, roster, plan } = readInvitation(catalog, invitation);
  const partner: Omit<ExchangePartner, 'self' | 'proxy'> = {
    keys: keysNamedBy(catalog, roster.roster),
    planHash: planHash(plan),
    rosterHash: plan.rosterHash,
    coordinator: {
      url: coordinatorUrl,
      key: fromBase64url(plan.coordinator),
      certificate: coordinatorCertificate,
    },
  };
  const { versions } = await asking(catalog, partner, (exchange) => exchange.charters(0, signal));
  const read = versions.map((text) => readCompleteCharter(charterJson(text)));
  const named = read.find(({ charter }) => charterHash(charter) === plan.charterHash);
  const chosen = plan.charterHash === undefined ? read.at(-1) : (named ?? read[0]);
  if (chosen === undefined) return null;
  const text = charterText(chosen);
  readInvitation(catalog, invitation, text);
  return text;
}

/**
 * What the coordinator has of the charter beyond what is here; null before a consortium is joined, or where it was left.
 * @throws CHARTER_INVALID for a charter whose signatures, roster, plan or predecessor are others; as `Exchange`
 */
export async function lookAtCoordinator(catalog: Catalog, signal?: AbortSignal): Promise<CharterAtCoordinator | null> {
  const consortium = currentConsortium(catalog);
  if (consortium === undefined || consortium.state === 'left') return null;
  const held = newestCharter(catalog, consortium.series);
  const { versions, proposals } = await asking(catalog, joinedPartner(catalog, consortium), (exchange) =>
    exchange.charters(held?.version ?? 0, signal),
  );
  const [first] = versions;
  const offer = (text: string, read: (value: unknown) => SignedCharter) => {
    const signed = read(charterJson(text));
    requireSoundCharter(signed.charter, consortium.roster, consortium.plan);
    requireFollowing(signed.charter, held, consortium.plan);
    return { text, preview: previewCharter(catalog, text) };
  };
  return {
    host: hostOf(new URL(consortium.coordinator.url)),
    next: first === undefined ? null : offer(first, readCompleteCharter),
    proposals: first === undefined ? proposals.map((text) => offer(text, readCharter)) : [],
  };
}

/**
 * Signs for the company, where it has not signed yet, and hands the charter to the coordinator.
 * @throws NOT_FOUND before a consortium is joined; CHARTER_INVALID; as `Exchange`
 */
export async function handInCharter(
  catalog: Catalog,
  text: string,
  person: string,
  signal?: AbortSignal,
): Promise<SignedCharter> {
  const consortium = currentConsortium(catalog);
  if (consortium === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'consortium', id: 'joined' });
  const given = readCharter(charterJson(text));
  requireSoundCharter(given.charter, consortium.roster, consortium.plan);
  const held = newestCharter(catalog, consortium.series);
  const hash = charterHash(given.charter);
  if (held?.hash !== hash) requireFollowing(given.charter, held, consortium.plan);
  const isSigned = given.signatures[readIdentity(catalog)!.partnerId] !== undefined;
  const signed = isSigned ? given : signCharterText(catalog, text, person);
  await asking(catalog, joinedPartner(catalog, consortium), (exchange) =>
    exchange.handInCharter(charterText(signed), signal),
  );
  appendAudit(catalog, {
    person,
    act: 'charter-handed-in',
    subject: `charter ${given.charter.version}`,
    detail: { charter: hash, partners: Object.keys(signed.signatures).length },
  });
  return signed;
}

const joinedPartner = (
  catalog: Catalog,
  { planHash: hash, rosterHash, coordinator }: JoinedConsortium,
): Omit<ExchangePartner, 'self' | 'proxy'> => ({
  keys: partnerKeys(catalog),
  planHash: hash,
  rosterHash,
  coordinator,
});

async function asking<Answer>(
  catalog: Catalog,
  partner: Omit<ExchangePartner, 'self' | 'proxy'>,
  ask: (exchange: Exchange) => Promise<Answer>,
): Promise<Answer> {
  const self = readIdentity(catalog)!.partnerId;
  const proxy = proxyOnTheWay(catalog, partner.coordinator.url);
  const exchange = openExchange({ ...partner, self, proxy }, catalog, patience);
  try {
    return await ask(exchange);
  } finally {
    await exchange.close();
  }
}
