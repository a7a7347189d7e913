/** Takes part in the rounds of a consortium: feeds the partner's state machine and carries out what it asks for. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { setParticipation } from '../../catalog/consortium.ts';
import { readIdentity } from '../../catalog/identity.ts';
import { receiptOf } from '../../catalog/messages.ts';
import type { Catalog } from '../../catalog/open.ts';
import { readPackage } from '../../catalog/packages.ts';
import { writeStanding } from '../../catalog/rounds.ts';
import { inOneTransaction } from '../../catalog/transaction.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import type { Control } from '../../contract/progress.ts';
import { openExchange } from '../../exchange/client.ts';
import { proxyOnTheWay } from '../../exchange/way-out.ts';
import {
  beginSeries,
  isApplying,
  isFinished,
  isHalted,
  isIdle,
  outstanding,
  type PartnerEffect,
  type PartnerInput,
  type PartnerState,
  type Surroundings,
  step,
} from '../../federation/partner.ts';
import { noteCaughtUp, restoredSeries, withOwnChain } from '../../federation/restored.ts';
import { finishSeries, readConsortium, readPartnerState, storePartnerState } from '../../federation/series.ts';
import { trunkHash } from '../../federation/server-optimiser.ts';
import { auditHead } from '../../release/audit.ts';
import { missingConsent, requireConsent } from '../../release/consent-acts.ts';
import { readManifest } from '../../release/manifest.ts';
import { voidOutdated } from '../../release/outdated.ts';
import { markSent } from '../../release/send.ts';
import { partnerKeys } from '../../release/signing.ts';
import { providerHere } from '../computing.ts';
import type { JobHost } from '../host.ts';
import { requireAgreedBuild } from './agreed-build.ts';
import { requireAgreedChemistry } from './agreed-chemistry.ts';
import { requireAgreedTasks } from './agreed-tasks.ts';
import { beginningTrunk } from './beginning.ts';
import { openGlobalModel } from './global-model.ts';
import { openLearning } from './learning.ts';
import { noteAnswer, noteMessage, noteNotice } from './note.ts';
import type { ParticipateRequest } from './participate-request.ts';
import { openRoundWork, type RoundEffect } from './round-work.ts';

export type Participation = {
  readonly series: string;
  readonly runId: string;
  readonly roundsDone: number;
  readonly ended: 'finished' | 'halted' | 'paused' | 'left';
};

/** How long a question about new messages stays open at the coordinator. */
const longPollSeconds = 20;
const betweenTries = 2_000;
const betweenLooksAround = 1_000;
/** The others are told that this partner leaves, if they can be reached. */
const patienceToLeave = 10_000;

/**
 * Runs until all rounds are done or participation is paused. After a kill the next call goes on where the stored state
 * stands: the same messages go out again, byte for byte.
 * @throws NOT_FOUND for an unknown series; CONSENT_NEEDED, NOTHING_TO_LEARN, PLAN_INVALID, TRAINING_FAILED; CANCELLED
 */
export async function participate(
  workspace: Workspace,
  { series, preparedBy }: ParticipateRequest,
  control: Control,
  {
    jobId,
    spawnTraining,
    configurationFolder,
  }: Pick<JobHost, 'spawnTraining'> & Partial<Pick<JobHost, 'configurationFolder'>> & { readonly jobId: string | null },
): Promise<Participation> {
  const { catalog, vault } = workspace;
  const consortium = readConsortium(catalog, series);
  if (consortium === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'consortium', id: series });
  requireConsent(catalog, consortium);
  const { plan, planHash, roster, rosterHash, coordinator } = consortium;
  const self = readIdentity(catalog)!.partnerId;
  const keys = partnerKeys(catalog);
  const stored = readPartnerState(catalog, series);
  if (stored === undefined) requireAgreedBuild(plan);
  requireAgreedTasks(catalog, plan);
  await requireAgreedChemistry(catalog, plan);

  const beginning = () => beginningTrunk(workspace, plan);
  let state = stored ?? beginSeries(self, plan, planHash, trunkHash(beginning()));
  const surroundings = (): Surroundings => ({
    plan,
    planHash,
    roster,
    keys,
    random: (count) => new Uint8Array(randomBytes(count)),
    logHead: auditHead(catalog).hash,
  });

  const stop = new AbortController();
  const signal = AbortSignal.any([control.signal, stop.signal]);
  const globalModel = openGlobalModel(vault, plan, state.base, beginning);
  const proxy = proxyOnTheWay(catalog, coordinator.url);
  const exchange = openExchange({ self, keys, planHash, rosterHash, coordinator, proxy }, catalog, {
    mayLeave: (packageHash, chunk) => mayLeave(catalog, packageHash, chunk),
  });
  const learning = await openLearning(
    workspace,
    plan,
    state.base.rounds,
    jobId,
    spawnTraining,
    configurationFolder === undefined ? undefined : providerHere(configurationFolder),
  ).catch(async (error) => {
    await exchange.close();
    throw error;
  });
  const work = openRoundWork({
    workspace,
    consortium,
    preparedBy,
    globalModel,
    learning,
    exchange,
    stateNow: () => state,
    surroundings,
  });

  /** What is under way, by effect, so that what is no longer asked for can be stopped. */
  const underWay = new Map<string, { readonly effect: RoundEffect; readonly abort: AbortController }>();
  let sending = Promise.resolve();
  let ended: Participation['ended'] | undefined;
  /** Out of the round at once; what it has still to say may not be heard. */
  let gone = false;
  let failure: unknown;
  let lookedAround = Number.NEGATIVE_INFINITY;
  let changed = () => {};

  signal.addEventListener('abort', () => changed(), { once: true });

  /** @param note for the log, which stands or falls with the state: a kill leaves no act out, and none is in it twice */
  function feed(input: PartnerInput, note = () => {}): void {
    if (signal.aborted) return;
    const { state: next, effects } = step(state, input, surroundings());
    inOneTransaction(catalog, () => {
      storePartnerState(catalog, series, next, input);
      note();
      for (const effect of effects) noteNotice(catalog, effect);
      noteListed(next);
      if (placeOf(state) !== placeOf(next)) voidOutdated(workspace, series, isTakingPart(next) ? next.attempt : null);
    });
    state = next;
    for (const effect of effects) carryOut(effect);
    for (const { effect, abort } of underWay.values()) {
      if (isOver(effect)) abort.abort();
    }
    report();
    changed();
  }

  /** The list of uploads can come before the uploader has heard of its last chunk; whoever is killed between never does. */
  function noteListed({ attempt }: PartnerState): void {
    if (attempt?.part.phase !== 'confirmed') return;
    const { frozen, manifest } = attempt.part;
    markSent(workspace, frozen.packageHash, receiptOf(catalog, manifest) ?? '');
  }

  function carryOut(effect: PartnerEffect): void {
    switch (effect.kind) {
      case 'send':
        sending = sending.then(() =>
          untilReached(async () => {
            const { text: receipt } = await exchange.postMessage(effect.text, signal);
            feed({ kind: 'sent', hash: effect.hash, receipt }, () => noteMessage(catalog, effect));
          }),
        );
        sending.catch(fail);
        return;
      case 'finished':
      case 'halted':
      case 'paused':
        ended = effect.kind;
        return;
      case 'sat-out':
      case 'refuse':
        return;
      default:
        void perform(effect);
    }
  }

  async function perform(effect: RoundEffect): Promise<void> {
    const key = keyOf(effect);
    if (underWay.has(key)) return;
    const abort = new AbortController();
    underWay.set(key, { effect, abort });
    try {
      const both = AbortSignal.any([signal, abort.signal]);
      const answer = await untilReached(() => work.carryOut(effect, { signal: both, report: () => {} }), both);
      underWay.delete(key);
      feed(answer, () => noteAnswer(catalog, effect, answer));
    } catch (error) {
      underWay.delete(key);
      if (!abort.signal.aborted && !isUnasked(effect) && !isForTheLog(error)) fail(error);
    }
  }

  const isUnasked = (effect: RoundEffect) =>
    !outstanding(state, { plan }).some((asked) => keyOf(asked) === keyOf(effect));

  /**
   * The last chunk makes an upload complete before its answer is here, so an upload is left to end by itself: what has
   * left must be written down as sent.
   */
  const isOver = (effect: RoundEffect) => effect.kind !== 'upload' && isUnasked(effect);

  function fail(error: unknown): void {
    failure ??= error;
    stop.abort();
    changed();
  }

  /** The coordinator may be away for hours: whatever needs it is tried again until the work is told to stop. */
  async function untilReached<Result>(attempt: () => Promise<Result>, until = signal): Promise<Result> {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!isChoraleError(error) || error.code !== 'COORDINATOR_UNREACHABLE') throw error;
        heed();
        if (gone) throw new ChoraleError('CANCELLED', {});
        await delay(betweenTries, undefined, { signal: until });
      }
    }
  }

  function report(): void {
    const part = state.attempt?.part.phase ?? 'between-rounds';
    control.report({
      step: 'participate.rounds',
      done: state.base.rounds,
      total: plan.recipe.rounds,
      detail: { series, phase: part },
    });
  }

  const nextChange = () =>
    new Promise<void>((resolve) => {
      changed = resolve;
    });

  async function listen(): Promise<void> {
    while (ended === undefined && !signal.aborted) {
      if (isApplying(state)) {
        await nextChange();
        continue;
      }
      const wait = catchingUp ? 0 : longPollSeconds;
      const entries = await untilReached(() => exchange.messagesSince(state.position, wait, signal));
      if (catchingUp && entries.length === 0) caughtUp();
      for (const entry of entries) {
        heed();
        if (isApplying(state) || gone) break;
        feed({ kind: 'message', ...entry });
      }
      lookAround().catch(() => {}); // a busy catalog only makes the page's picture older
      heed();
    }
  }

  /** Restored from a backup: until the log is read to its end, this partner says nothing. */
  let catchingUp = restoredSeries(catalog).includes(series);
  function caughtUp(): void {
    catchingUp = false;
    noteCaughtUp(catalog, series);
    feed({ kind: 'start' });
  }

  /** What a person has asked for meanwhile, through the catalog. */
  function heed(): void {
    const asked = readConsortium(catalog, series);
    if (asked?.state === 'left') leave('left');
    else if (missingConsent(catalog, { series, plan }).length > 0) rest();
    else if (asked?.participation === 'pausing') feed({ kind: 'pause' });
    else if (ended === undefined && state.standing !== 'taking-part' && !catchingUp) feed({ kind: 'start' });
  }

  function leave(as: 'left' | 'paused'): void {
    if (gone) return;
    gone = true;
    feed({ kind: 'leave' });
    ended = as;
  }

  /** Without consent: a round is given up at once, unless this partner's part of its sum is out; then it is ended for the others. */
  function rest(): void {
    const phase = state.attempt?.part.phase;
    if (phase !== undefined && beforeUpload.has(phase)) leave('paused');
    else feed({ kind: 'pause' });
  }

  /** Who has done what, for the page alone: it may be late or missing. */
  async function lookAround(): Promise<void> {
    if (performance.now() - lookedAround < betweenLooksAround) return;
    lookedAround = performance.now();
    const standing = await exchange.standing(signal).catch(() => undefined);
    if (standing !== undefined) writeStanding(catalog, { series, ...standing }, JSON.stringify(standing));
  }

  try {
    report();
    if (isFinished(state, plan)) {
      ended = 'finished';
    } else if (isHalted(state, plan) && state.undoing === null) {
      ended = 'halted';
    } else {
      if (catchingUp) {
        const end = await untilReached(() => exchange.ownChain(signal));
        if (end !== null) state = withOwnChain(state, end);
      }
      for (const effect of outstanding(state, { plan })) carryOut(effect);
      if (!catchingUp) feed({ kind: 'start' });
      await listen();
    }
    while (!isIdle(state) && !gone && !signal.aborted) await nextChange();
    await (gone ? Promise.race([sending, delay(patienceToLeave)]) : sending);
    if (failure !== undefined) throw failure;
    if (control.signal.aborted || ended === undefined) throw new ChoraleError('CANCELLED', {});
    if (ended === 'finished') {
      await learning.finish(globalModel.state().values, { signal, report: () => {} });
      finishSeries(catalog, series);
    }
    setParticipation(catalog, series, 'stopped');
    return { series, runId: learning.runId, roundsDone: state.base.rounds, ended };
  } catch (error) {
    // Left while nobody could be reached: the coordinator's clock will tell the others.
    if (gone && ended !== undefined) {
      setParticipation(catalog, series, 'stopped');
      return { series, runId: learning.runId, roundsDone: state.base.rounds, ended };
    }
    throw failure ?? (control.signal.aborted ? new ChoraleError('CANCELLED', {}) : error);
  } finally {
    stop.abort();
    await exchange.close();
    await learning.close();
  }
}

/** Nothing of this partner is in the sum yet. */
const beforeUpload: ReadonlySet<string> = new Set(['advertised', 'shared', 'freezing', 'approval', 'uploading']);

/** The attempt has closed at the coordinator: its log will say so, and what comes next. */
const isForTheLog = (error: unknown): boolean =>
  isChoraleError(error) &&
  error.code === 'COORDINATOR_REFUSED' &&
  (error as ChoraleError<'COORDINATOR_REFUSED'>).data.reason === 'no-such-upload';

const isTakingPart = ({ attempt }: PartnerState): boolean => attempt !== null && attempt.part.phase !== 'watching';

/** The attempt in which this partner takes part. */
const placeOf = (state: PartnerState): string =>
  isTakingPart(state) ? `${state.attempt!.round}/${state.attempt!.attempt}` : '';

const keyOf = (effect: PartnerEffect): string =>
  effect.kind === 'send'
    ? effect.hash
    : 'round' in effect
      ? `${effect.kind} ${effect.round} ${effect.attempt}`
      : effect.kind;

/** Asked at the very door: a chunk leaves only as part of an approved package. */
function mayLeave(catalog: Catalog, packageHash: string, chunk: string): boolean {
  const row = readPackage(catalog, packageHash);
  const consortium = readConsortium(catalog, row?.series ?? '');
  if (consortium === undefined || consortium.state === 'left') return false;
  if (missingConsent(catalog, consortium).length > 0) return false;
  if (row === undefined || (row.state !== 'approved' && row.state !== 'sent')) return false;
  return readManifest(row.manifest, row.hash).content.payload.chunks.includes(chunk);
}
