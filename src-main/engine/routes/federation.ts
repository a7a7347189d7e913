/** Identity, consortium and rounds as the page asks for them. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { setConsortiumState, setParticipation, setParticipationJob } from '../../catalog/consortium.ts';
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import type { FederationStatus } from '../../contract/federation.ts';
import { fingerprintOf } from '../../federation/identity.ts';
import {
  describeKeys,
  joinByInvitation,
  makeIdentity,
  previewInvitation,
  requireIdentity,
  signRosterText,
} from '../../federation/invitation.ts';
import {
  describeConsortium,
  describeStatus,
  findConsortium,
  findRound,
  summariseRounds,
} from '../../federation/view.ts';
import { certifyPeople } from '../../release/accounts.ts';
import { requireConsent } from '../../release/consent-acts.ts';
import { auditAct } from '../audited.ts';
import { fetchCharter } from '../charter-meeting.ts';
import type { EngineContext } from '../context.ts';
import { requireSession } from '../permissions.ts';
import { prepareNextKey } from '../prepared-key.ts';
import { procedures } from '../procedures.ts';
import { hasNeighbourhood } from '../sample/consortium.ts';

/** Rounds move in a thread of their own; so soon the page sees it. */
const betweenLooks = 500;

const now = () => new Date().toISOString();

export const federationRoutes = {
  status: procedures.federation.status.handler(({ context }) => statusOf(context)),

  watch: procedures.federation.watch.handler(async function* ({ context, signal }) {
    let last: string | undefined;
    while (signal?.aborted !== true) {
      const status = statusOf(context);
      const text = JSON.stringify(status);
      if (text !== last) yield status;
      last = text;
      await delay(betweenLooks, undefined, signal === undefined ? {} : { signal }).catch(() => {});
    }
  }),

  createIdentity: procedures.federation.createIdentity.handler(({ context, input }) => {
    const workspace = context.workspace();
    const identity = makeIdentity(workspace.catalog, input, new Uint8Array(randomBytes(32)), now());
    certifyPeople(workspace.catalog);
    const detail = { key: identity.fingerprint.hex };
    auditAct(workspace, { act: 'settings-changed', subject: `identity ${identity.partnerId}`, detail });
    return identity;
  }),

  readKeys: procedures.federation.readKeys.handler(({ context }) => describeKeys(context.workspace().catalog)),

  prepareKey: procedures.federation.prepareKey.handler(({ context, input: { reason } }) =>
    prepareNextKey(context.workspace(), reason),
  ),

  signRoster: procedures.federation.signRoster.handler(({ context, input }) => {
    const workspace = context.workspace();
    const signed = signRosterText(workspace.catalog, input.roster);
    const detail = { roster: signed.rosterHash, partners: signed.members.length };
    auditAct(workspace, { act: 'plan-approved', subject: 'roster', detail });
    return signed;
  }),

  readInvitation: procedures.federation.readInvitation.handler(({ context, input }) =>
    previewInvitation(context.workspace().catalog, input.invitation, input.charter),
  ),

  readCharter: procedures.federation.readCharter.handler(async ({ context, input, signal }) => ({
    charter: await fetchCharter(context.workspace().catalog, input.invitation, signal),
  })),

  join: procedures.federation.join.handler(({ context, input }) => {
    const workspace = context.workspace();
    const keyBefore = requireIdentity(workspace.catalog).publicKey;
    const joined = joinByInvitation(workspace.catalog, input.invitation, now(), input.charter);
    const { partnerId, publicKey } = requireIdentity(workspace.catalog);
    if (!Buffer.from(keyBefore).equals(publicKey)) {
      certifyPeople(workspace.catalog);
      const keys = { before: fingerprintOf(keyBefore).hex, key: fingerprintOf(publicKey).hex };
      auditAct(workspace, { act: 'key-replaced', subject: `identity ${partnerId}`, detail: keys });
    }
    const detail = {
      plan: joined.planHash,
      roster: joined.rosterHash,
      coordinator: new URL(joined.coordinator.url).host,
    };
    auditAct(workspace, { act: 'consortium-joined', subject: joined.name, detail });
    return describeConsortium(workspace.catalog, joined, isRunning(context));
  }),

  /** A driver that runs tells the others before it ends. */
  leave: procedures.federation.leave.handler(({ context, input }) => {
    const workspace = context.workspace();
    const { name, planHash } = findConsortium(workspace.catalog, input.series);
    setConsortiumState(workspace.catalog, input.series, 'left');
    auditAct(workspace, { act: 'consortium-left', subject: name, detail: { plan: planHash } });
    return statusOf(context);
  }),

  rejoin: procedures.federation.rejoin.handler(({ context, input }) => {
    const workspace = context.workspace();
    const { name, planHash, rosterHash, state } = findConsortium(workspace.catalog, input.series);
    if (state !== 'left') throw new ChoraleError('NOT_ALLOWED', { action: 'federation.rejoin', needs: 'left-series' });
    setConsortiumState(workspace.catalog, input.series, 'joined');
    const detail = { plan: planHash, roster: rosterHash, again: 1 };
    auditAct(workspace, { act: 'consortium-joined', subject: name, detail });
    return statusOf(context);
  }),

  start: procedures.federation.start.handler(async ({ context, input }) => {
    const { catalog } = context.workspace();
    const { person: preparedBy } = requireSession(context, 'federation.start');
    const consortium = findConsortium(catalog, input.series);
    const { state, jobId } = consortium;
    if (state === 'left' || state === 'finished') {
      throw new ChoraleError('NOT_ALLOWED', { action: 'federation.start', needs: 'running-series' });
    }
    requireConsent(catalog, consortium);
    setParticipation(catalog, input.series, 'running'); // whatever pause was asked for before
    if (jobId !== null && isRunning(context)(jobId)) return { jobId };
    const { id } = hasNeighbourhood(catalog)
      ? await context.jobs().start('sample', {})
      : await context.jobs().start('participate', { ...input, preparedBy });
    setParticipationJob(catalog, input.series, id);
    return { jobId: id };
  }),

  pause: procedures.federation.pause.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    findConsortium(catalog, input.series);
    setParticipation(catalog, input.series, 'pausing');
    return statusOf(context);
  }),

  rounds: procedures.federation.rounds.handler(({ context, input }) =>
    summariseRounds(context.workspace().catalog, input.series, input.limit),
  ),

  round: procedures.federation.round.handler(({ context, input }) =>
    findRound(context.workspace().catalog, input.series, input.round, input.attempt),
  ),
};

const statusOf = (context: EngineContext): FederationStatus =>
  describeStatus(context.workspace().catalog, isRunning(context));

const isRunning =
  (context: EngineContext) =>
  (jobId: string): boolean => {
    try {
      const { state } = context.jobs().read(jobId);
      return state === 'queued' || state === 'running';
    } catch (error) {
      if (isChoraleError(error) && error.code === 'NOT_FOUND') return false;
      throw error;
    }
  };
