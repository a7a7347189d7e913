/** The work of a partner within a round: train, freeze, have decided, upload, apply the sum. */
import { setTimeout as delay } from 'node:timers/promises';
import { amendmentOfPackage } from '../../catalog/amendments.ts';
import { receiptOf } from '../../catalog/messages.ts';
import { packagesOfAttempt, readPackage } from '../../catalog/packages.ts';
import { countRoundBytes } from '../../catalog/rounds.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError, isChoraleError } from '../../contract/errors.ts';
import { type Control, stopIfAsked } from '../../contract/progress.ts';
import type { PackageState, Recipient } from '../../contract/release.ts';
import type { Person } from '../../contract/settings.ts';
import type { Exchange } from '../../exchange/client.ts';
import { hostOf } from '../../exchange/gate.ts';
import { bytesOf, chunkBytes, merkleRoot } from '../../federation/chunks.ts';
import { fingerprintOf } from '../../federation/identity.ts';
import { type MaskStream, type MasksAhead, maskStream } from '../../federation/masks.ts';
import {
  type PartnerEffect,
  type PartnerInput,
  type PartnerState,
  type Submission,
  type Surroundings,
  submissionOf,
} from '../../federation/partner.ts';
import { localRate } from '../../federation/plan.ts';
import { countingRound, planOfRound, touchedRows, withoutFrozen } from '../../federation/rare-rows.ts';
import type { JoinedConsortium } from '../../federation/series.ts';
import type { AppliedSum } from '../../federation/server-optimiser.ts';
import { streamUpload, type UploadFacts, type UploadSink } from '../../federation/upload.ts';
import { missingConsent } from '../../release/consent-acts.ts';
import { freezePackage, type PackageInput } from '../../release/freeze.ts';
import { readManifest } from '../../release/manifest.ts';
import { applyRetention } from '../../release/retention.ts';
import { markSent, openForSending } from '../../release/send.ts';
import { approveByStanding } from '../../release/standing.ts';
import type { GlobalModel } from './global-model.ts';
import type { Learning } from './learning.ts';
import { makeMasksWhileTraining } from './masks-while-training.ts';
import { openResiduals } from './residuals.ts';

type Work = 'train' | 'freeze' | 'await-approval' | 'upload' | 'apply-result' | 'undo-result';
type Effect<Kind extends Work> = Extract<PartnerEffect, { readonly kind: Kind }>;

export type RoundEffect = Effect<Work>;

export type RoundWork = {
  /**
   * @returns the input that answers the effect
   * @throws COORDINATOR_UNREACHABLE, COORDINATOR_REFUSED, CANCELLED, and what freezing and sending throw
   */
  readonly carryOut: (effect: RoundEffect, control: Control) => Promise<PartnerInput>;
};

export type RoundWorkNeeds = {
  readonly workspace: Workspace;
  readonly consortium: JoinedConsortium;
  readonly preparedBy: Person;
  readonly globalModel: GlobalModel;
  readonly learning: Learning;
  readonly exchange: Exchange;
  readonly stateNow: () => PartnerState;
  readonly surroundings: () => Surroundings;
};

const betweenLooksAtDecision = 200;

/** Chunks on their way at the same time. */
const chunksAtOnce = 4;

export function openRoundWork({
  workspace,
  consortium,
  preparedBy,
  globalModel,
  learning,
  exchange,
  stateNow,
  surroundings,
}: RoundWorkNeeds): RoundWork {
  const { catalog, vault } = workspace;
  const { plan } = consortium;
  const residuals = openResiduals(vault, plan);
  const recipient = recipientOf(consortium);
  /** The change trained last lives only here: nothing of it has left before it is frozen, so a kill just trains again. */
  let trained:
    | { readonly place: string; readonly change: Float32Array; readonly masks: MasksAhead | undefined }
    | undefined;
  let applied: AppliedSum | undefined;

  const hasConsent = (): boolean => missingConsent(catalog, consortium).length === 0;

  /** @returns what will be encoded: in round 0 the rows that this partner touches, then the change of those not frozen */
  async function learn({ round, attempt, seed }: TrainingPlace, control: Control): Promise<Float32Array> {
    if (round === countingRound) return touchedRows(plan, learning.compoundsByRow());
    const { values } = globalModel.state();
    const change = await learning.train({ round, attempt, values, localRate: localRate(plan, round), seed }, control);
    const kept = globalModel.keptRows();
    return kept === null ? change : withoutFrozen(plan, change, kept);
  }

  function rarest(round: number, change: Float32Array): Pick<PackageInput, 'fewestBehindARow'> {
    if (plan.rareRows === undefined) return { fewestBehindARow: fewestCompounds(learning.compoundsByRow()) };
    if (round !== countingRound) return { fewestBehindARow: globalModel.fewestPartners() };
    const touching = learning.compoundsByRow().filter((_, row) => change[row] === 1);
    return {
      fewestBehindARow: touching.reduce(
        (fewest, compounds) => Math.min(fewest, compounds),
        touching[0] ?? plan.rareRows.compounds,
      ),
    };
  }

  async function train(effect: Effect<'train'>, control: Control): Promise<PartnerInput> {
    const { round, attempt } = effect;
    const making = makeMasksWhileTraining(() => submissionOf(stateNow(), surroundings()), control.signal);
    try {
      const change = await learn(effect, control);
      trained = { place: placeOf(effect), change, masks: making.stop() };
      return { kind: 'trained', round, attempt };
    } catch (error) {
      if (!isChoraleError(error) || error.code !== 'TRAINING_FAILED') throw error;
      return { kind: 'training-failed', round, attempt };
    } finally {
      making.stop();
    }
  }

  async function freeze(effect: Effect<'freeze'>, control: Control): Promise<PartnerInput> {
    const { round, attempt } = effect;
    const withoutConsent = { kind: 'package-refused', round, attempt } as const;
    if (!hasConsent()) return withoutConsent;
    const before = packagesOfAttempt(catalog, plan.series, round, attempt).find(({ state }) => !isReplaced(state));
    if (before !== undefined) {
      const {
        merkleRoot: root,
        commitment,
        bytes,
        chunks,
      } = readManifest(before.manifest, before.hash).content.payload;
      return { kind: 'frozen', round, attempt, frozen: { packageHash: before.hash, root, commitment, bytes, chunks } };
    }
    const submission = submissionOf(stateNow(), surroundings());
    const known = trained?.place === placeOf(effect) ? trained : undefined;
    const change = known?.change ?? (await learn(effect, control));
    const masks = known?.masks ?? maskStream(submission.masks, submission.terms.ringBits);
    if (known !== undefined) trained = { ...known, masks: undefined }; // they are read once, for one vector
    if (!hasConsent()) return withoutConsent; // training takes its time
    const { frozen } = await freezePackage(
      workspace,
      {
        plan,
        vector: planOfRound(plan, round, globalModel.keptRows()?.length ?? null),
        submission,
        change,
        ...rarest(round, change),
        upload: (sink) => encode(effect, submission, change, masks, sink),
        recipient,
        trainedOn: learning.trainedOn(),
        membership: round === countingRound ? null : learning.exposure(round),
        heads: learning.heads,
        preparedBy,
      },
      control,
    );
    trained = undefined;
    return { kind: 'frozen', round, attempt, frozen };
  }

  /** Part by part, with what earlier rounds have left over; what is left over now is on the disk before this returns. */
  function encode(
    place: Effect<'freeze'>,
    submission: Submission,
    change: Float32Array,
    masks: MaskStream,
    sink: UploadSink,
  ): UploadFacts {
    const { feedback } = submission.terms;
    const before = feedback ? residuals.current() : null;
    const after = feedback ? residuals.keep(place) : null;
    const residual = (from: number, to: number): Float32Array | null => {
      if (!feedback) return null;
      return before === null ? new Float32Array(to - from) : new Float32Array(before.read(from * 4, to * 4).buffer);
    };
    try {
      const source = {
        numbers: change.length,
        change: (from: number, to: number) => change.subarray(from, to),
        residual,
      };
      const facts = streamUpload(submission, source, masks, (part) => {
        if (part.residual !== null) after?.write(bytesOf(part.residual));
        sink(part);
      });
      after?.close();
      return facts;
    } finally {
      before?.close();
      after?.discard();
    }
  }

  /**
   * A standing approval decides at once; else this waits for a person. One who asks for changes keeps the attempt open
   * until they are made, or its deadline has passed.
   */
  async function awaitApproval(effect: Effect<'await-approval'>, control: Control): Promise<PartnerInput> {
    const { round, attempt, frozen } = effect;
    if (hasConsent()) approveByStanding(workspace, frozen.packageHash);
    for (;;) {
      if (!hasConsent()) return { kind: 'package-refused', round, attempt };
      switch (readPackage(catalog, frozen.packageHash)?.state) {
        case 'approved':
        case 'sent':
          return { kind: 'approved', packageHash: frozen.packageHash, root: frozen.root };
        case 'changes-requested':
          if (amendmentOfPackage(catalog, frozen.packageHash) !== undefined) return { kind: 'amended', round, attempt };
          await delay(betweenLooksAtDecision);
          stopIfAsked(control);
          break;
        case 'frozen':
          await delay(betweenLooksAtDecision);
          stopIfAsked(control);
          break;
        default:
          return { kind: 'package-refused', round, attempt };
      }
    }
  }

  /** The approval may be taken back until the last chunk is out; the log then says that, or which byte has changed. */
  async function upload(effect: Effect<'upload'>, control: Control): Promise<PartnerInput> {
    const { round, attempt } = effect;
    try {
      return await send(effect, control);
    } catch (error) {
      if (!isChoraleError(error) || (error.code !== 'NOT_APPROVED' && error.code !== 'PACKAGE_CHANGED')) throw error;
      return { kind: 'package-refused', round, attempt };
    }
  }

  async function send(effect: Effect<'upload'>, { signal }: Control): Promise<PartnerInput> {
    const { frozen, manifest, round, attempt } = effect;
    const place = { series: plan.series, round, attempt };
    const { packageHash, root } = frozen;
    const { chunk: chunkOf, chunkHashes } = openForSending(workspace, packageHash);
    const missing = new Set(await exchange.missingChunks(manifest, signal));
    await inTurns(
      chunkHashes.flatMap((hash, index) => (missing.has(hash) ? [{ hash, index }] : [])),
      async ({ hash, index }) => {
        const chunk = chunkOf(index);
        await exchange.putChunk({ manifest, hash, chunk, packageHash }, signal);
        countRoundBytes(catalog, place, { bytesOut: chunk.length, bytesIn: 0 });
      },
    );
    markSent(workspace, packageHash, receiptOf(catalog, manifest) ?? '');
    applyRetention(workspace);
    return { kind: 'uploaded', root };
  }

  async function applyResult(effect: Effect<'apply-result'>, control: Control): Promise<PartnerInput> {
    const { signal } = control;
    const { round, attempt, clips, result } = effect;
    if (round === countingRound) {
      const keptRows = globalModel.count(await fetchSum(result, round, signal));
      countRoundBytes(catalog, { series: plan.series, round, attempt }, { bytesOut: 0, bytesIn: result.bytes });
      return { kind: 'counted', keptRows };
    }
    if (applied?.state.rounds !== round) {
      const sum = await fetchSum(result, round, signal);
      countRoundBytes(catalog, { series: plan.series, round, attempt }, { bytesOut: 0, bytesIn: result.bytes });
      applied = globalModel.apply(sum, { clips, totalWeight: result.totalWeight });
    }
    residuals.close(effect, result.survivors.includes(stateNow().self));
    const judgement = await learning.look(round, applied.state.values, control);
    return { kind: 'applied', round, trunkHash: applied.trunkHash, clips: applied.clips, judgement };
  }

  /** Each part goes back by itself, so that it may be done again after a kill. */
  async function undoResult(effect: Effect<'undo-result'>): Promise<PartnerInput> {
    const { round, attempt, rounds, base } = effect;
    globalModel.backTo({ rounds, hash: base });
    residuals.backTo(rounds);
    await learning.backTo(rounds);
    applied = undefined;
    trained = undefined;
    return { kind: 'undone', round, attempt };
  }

  async function fetchSum(
    { chunks, root, bytes }: Effect<'apply-result'>['result'],
    round: number,
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    if (merkleRoot(chunks) !== root) throw new ChoraleError('ROUND_REFUSED', { round, reason: 'other-root' });
    const sum = new Uint8Array(bytes);
    await inTurns([...chunks.entries()], async ([index, hash]) => {
      sum.set(await exchange.getChunk(hash, signal), index * chunkBytes);
    });
    return sum;
  }

  return {
    carryOut(effect, control) {
      switch (effect.kind) {
        case 'train':
          return train(effect, control);
        case 'freeze':
          return freeze(effect, control);
        case 'await-approval':
          return awaitApproval(effect, control);
        case 'upload':
          return upload(effect, control);
        case 'apply-result':
          return applyResult(effect, control);
        case 'undo-result':
          return undoResult(effect);
      }
    },
  };
}

type TrainingPlace = Pick<Effect<'train'>, 'round' | 'attempt' | 'seed'>;

/** Another package of the same attempt takes its place. */
const isReplaced = (state: PackageState): boolean => state === 'void' || state === 'changes-requested';

/** Behind the least of the rows that any compound touches. */
const fewestCompounds = (byRow: Uint32Array): number =>
  byRow.reduce(
    (fewest, compounds) => (compounds === 0 ? fewest : Math.min(fewest, compounds)),
    Number.MAX_SAFE_INTEGER,
  );

const placeOf = ({ round, attempt }: { readonly round: number; readonly attempt: number }): string =>
  `${round}/${attempt}`;

function recipientOf({ name, coordinator: { url, key } }: JoinedConsortium): Recipient {
  const { hex, words } = fingerprintOf(key);
  return { name, url, host: hostOf(new URL(url)), fingerprint: hex, words: [...words] };
}

/** A few at a time, in order; the first failure ends it. */
async function inTurns<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(Array.from({ length: chunksAtOnce }, worker));
}
