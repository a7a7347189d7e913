/** Whole rounds in memory: real partners and a real coordinator, with a list for the network and a map for the disk. */

import { removingMasks } from '../../src-main/coordinator/opening.ts';
import { step as coordinate, wakesAt } from '../../src-main/coordinator/round.ts';
import {
  beginCoordination,
  type CoordinatorState,
  decodeCoordinatorState,
  encodeCoordinatorState,
} from '../../src-main/coordinator/round-state.ts';
import { chunkAt } from '../../src-main/federation/chunks.ts';
import { addMasks } from '../../src-main/federation/masks.ts';
import { isForCoordinatorOnly, type SealedMessage } from '../../src-main/federation/messages.ts';
import {
  beginSeries,
  decodePartnerState,
  encodePartnerState,
  type Judgement,
  outstanding,
  type PartnerEffect,
  type PartnerInput,
  type PartnerState,
  type Surroundings,
  step,
  submissionOf,
} from '../../src-main/federation/partner.ts';
import { uploadBytes, vectorLength } from '../../src-main/federation/plan.ts';
import {
  applySumToRows,
  countingRound,
  keptRowsOf,
  planOfRound,
  touchedRows,
  withoutFrozen,
} from '../../src-main/federation/rare-rows.ts';
import { unpack } from '../../src-main/federation/ring.ts';
import { applySum, beginGlobal, type GlobalState, trunkHash } from '../../src-main/federation/server-optimiser.ts';
import { sumUploads } from '../../src-main/federation/sum.ts';
import { prepareUpload } from '../../src-main/federation/upload.ts';
import { type Consortium, randomFrom } from './consortium.ts';

/** What a simulated partner has on its disk; `masked` and `encoded` stand for its vault. */
export type SimulatedPartner = {
  readonly id: string;
  state: Uint8Array;
  global: GlobalState;
  /** As it was before the last sum was applied. */
  before: { readonly global: GlobalState; readonly residualOf: string };
  alive: boolean;
  /** Packed, by round and attempt. */
  readonly encoded: Map<string, Uint8Array>;
  readonly masked: Map<string, Uint8Array>;
  /** What each attempt left over, and the attempt whose residual is the current one. */
  readonly residuals: Map<string, Float32Array>;
  residualOf: string;
  /** Of round 0, once it is applied. */
  kept: Uint32Array | null;
  readonly around: Surroundings;
  readonly notices: PartnerEffect[];
};

export type Interference = {
  /** Called before an effect is carried out; false: the partner dies here, for good. */
  readonly survives?: (id: string, effect: PartnerEffect) => boolean;
  /** Restarts the partner from its stored bytes before every effect. */
  readonly restartAlways?: boolean;
  readonly approves?: (id: string, round: number) => boolean;
  /** Training compounds that set the bit of each row, where the plan has them counted. */
  readonly touching?: (id: string) => Uint32Array;
  /** What the partner's validation fold says of a result; it accepts unless told. */
  readonly judges?: (id: string, place: { readonly round: number; readonly attempt: number }) => Judgement;
  /** Told of every state that a partner stores, with the input that led to it. */
  readonly stored?: (id: string, state: PartnerState, input: PartnerInput) => void;
};

export type Simulation = {
  readonly consortium: Consortium;
  readonly partners: ReadonlyMap<string, SimulatedPartner>;
  readonly log: readonly SealedMessage[];
  /** Sums in order of the rounds. */
  readonly sums: readonly { readonly round: number; readonly survivors: readonly string[]; readonly sum: Uint8Array }[];
  readonly refusals: readonly { readonly reason: string }[];
  readonly coordinator: () => CoordinatorState;
  readonly feed: (id: string, input: PartnerInput) => void;
  readonly post: (bytes: Uint8Array) => void;
  /** Starts a partner that died again, from its stored bytes. */
  readonly revive: (id: string) => void;
  /** Lets everyone work until nothing moves, while no time passes. */
  readonly settle: () => Promise<void>;
  /** As `settle`, but then time goes on to the next deadline, until only partners could move anything. */
  readonly run: () => Promise<void>;
};

const zeroTrunk = (consortium: Consortium) => new Float32Array(vectorLength(consortium.plan)).fill(0.1);

/** A change as training would make it: reproducible for partner and round, with a few numbers beyond the clip. */
export function changeOf(id: string, round: number, length: number): Float32Array {
  const seed = randomFrom(`change ${id} ${round}`)(32);
  const bytes = new Uint8Array(length * 4);
  addMasks(bytes, [{ key: seed, sign: 1 }], 32); // a keystream is the fastest random number at hand
  return Float32Array.from(unpack(bytes, 32), (value) => (value / 2 ** 31) * 0.55);
}

export function simulate(consortium: Consortium, interference: Interference = {}): Simulation {
  const { plan, planHash, roster, keys, coordinatorKeys, ids } = consortium;
  let now = 1_700_000_000_000;
  let coordinatorBytes = encodeCoordinatorState(beginCoordination(planHash, plan));
  const log: SealedMessage[] = [];
  const byHash = new Map<string, SealedMessage>();
  const chunks = new Map<string, Uint8Array>();
  const sums: { round: number; survivors: readonly string[]; sum: Uint8Array }[] = [];
  const refusals: { reason: string }[] = [];
  const partners = new Map<string, SimulatedPartner>();
  for (const id of ids) {
    const trunk = zeroTrunk(consortium);
    partners.set(id, {
      id,
      state: encodePartnerState(beginSeries(id, plan, planHash, trunkHash(trunk))),
      global: beginGlobal(trunk),
      before: { global: beginGlobal(trunk), residualOf: '' },
      alive: true,
      encoded: new Map(),
      masked: new Map(),
      residuals: new Map(),
      residualOf: '',
      kept: null,
      notices: [],
      around: { plan, planHash, roster, keys: keys[id]!, random: randomFrom(`partner ${id}`) },
    });
  }

  function coordinator(input: Parameters<typeof coordinate>[1]): boolean {
    const before = decodeCoordinatorState(coordinatorBytes);
    const result = coordinate(before, input, { plan, planHash, roster, keys: coordinatorKeys, now });
    coordinatorBytes = encodeCoordinatorState(result.state);
    for (const message of [...(result.accepted === null ? [] : [result.accepted]), ...result.said]) {
      log.push(message);
      byHash.set(message.hash, message);
    }
    if (result.refusal !== null) refusals.push(result.refusal);
    return result.refusal === null;
  }

  function post(bytes: Uint8Array): void {
    const known = log.some((message) => Buffer.compare(message.bytes, bytes) === 0);
    if (!known) coordinator({ kind: 'message', bytes });
  }

  async function sumWhenDue(): Promise<boolean> {
    const { attempt, roundsDone, keptRows } = decodeCoordinatorState(coordinatorBytes);
    const round = roundsDone + 1;
    const vector = planOfRound(plan, round, keptRows);
    if (attempt?.phase !== 'summing') return false;
    const uploads = attempt.lists.uploads!.map(({ message }) => {
      const manifest = byHash.get(message)!.message;
      return manifest.type === 'MANIFEST' ? manifest.body.chunks : [];
    });
    const place = { planHash, round, attempt: attempt.attempt };
    const summed = await sumUploads(
      { bytes: uploadBytes(vector), ringBits: vector.encoding.ringBits },
      uploads,
      removingMasks(place, attempt, { roster }),
      async (hash) => chunks.get(hash)!,
      async (hash, chunk) => void chunks.set(hash, chunk.slice()),
    );
    sums.push({
      round,
      survivors: attempt.lists.uploads!.map(({ partner }) => partner),
      sum: joined(summed.chunks),
    });
    const counted = round === countingRound ? { keptRows: keptRowsOf(plan, joined(summed.chunks)).length } : {};
    coordinator({ kind: 'summed', ...summed, ...counted });
    return true;
  }

  const joined = (hashes: readonly string[]) => new Uint8Array(Buffer.concat(hashes.map((hash) => chunks.get(hash)!)));

  function feed(id: string, input: PartnerInput): void {
    const partner = partners.get(id)!;
    const { state, effects } = step(decodePartnerState(partner.state), input, partner.around);
    partner.state = encodePartnerState(state);
    interference.stored?.(id, state, input);
    partner.notices.push(...effects.filter((effect) => !isWork(effect)));
    if (interference.restartAlways) workFromDisk(partner);
    else work(partner, effects);
  }

  function work(partner: SimulatedPartner, effects: readonly PartnerEffect[]): void {
    for (const effect of effects) {
      const answer = partner.alive ? carryOut(partner, effect) : undefined;
      if (answer !== undefined) feed(partner.id, answer);
    }
  }

  /** As a process that was killed after it stored its state: nothing is known but the bytes. */
  function workFromDisk(partner: SimulatedPartner): void {
    const [effect] = outstanding(decodePartnerState(partner.state), partner.around);
    if (effect !== undefined) work(partner, [effect]);
  }

  function carryOut(partner: SimulatedPartner, effect: PartnerEffect): PartnerInput | undefined {
    const { id } = partner;
    if (interference.survives?.(id, effect) === false) {
      partner.alive = false;
      return undefined;
    }
    const place = 'round' in effect ? { round: effect.round, attempt: effect.attempt } : { round: 0, attempt: 0 };
    const at = `${place.round}.${place.attempt}`;
    switch (effect.kind) {
      case 'send':
        post(new TextEncoder().encode(effect.text));
        return { kind: 'sent', hash: effect.hash };
      case 'train':
        return { kind: 'trained', ...place };
      case 'freeze': {
        const submission = submissionOf(decodePartnerState(partner.state), partner.around);
        const residual = partner.residuals.get(partner.residualOf) ?? null;
        const prepared = prepareUpload(submission, vectorOf(partner, place.round), residual);
        if (prepared.residual !== null) partner.residuals.set(at, prepared.residual);
        partner.encoded.set(at, prepared.encoded);
        partner.masked.set(at, prepared.masked);
        const { chunks: hashes, root, bytes } = prepared.chunkList;
        const frozen = { packageHash: root, root, bytes, chunks: hashes, commitment: prepared.commitment };
        return { kind: 'frozen', ...place, frozen };
      }
      case 'await-approval': {
        const { packageHash, root } = effect.frozen;
        const approved = interference.approves?.(id, place.round) !== false;
        return approved ? { kind: 'approved', packageHash, root } : { kind: 'package-refused', ...place };
      }
      case 'upload': {
        const bytes = partner.masked.get(at)!;
        effect.frozen.chunks.forEach((hash, index) => {
          chunks.set(hash, chunkAt(bytes, index).slice());
        });
        coordinator({ kind: 'stored', manifest: effect.manifest });
        return { kind: 'uploaded', root: effect.frozen.root };
      }
      case 'apply-result': {
        const { totalWeight, chunks: hashes } = effect.result;
        if (place.round === countingRound) {
          partner.kept = keptRowsOf(plan, joined(hashes));
          return { kind: 'counted', keptRows: partner.kept.length };
        }
        const facts = { clips: effect.clips, totalWeight };
        const applied =
          partner.kept === null
            ? applySum(plan, partner.global, joined(hashes), facts)
            : applySumToRows(plan, partner.kept, partner.global, joined(hashes), facts);
        partner.before = { global: partner.global, residualOf: partner.residualOf };
        partner.global = applied.state;
        if (effect.result.survivors.includes(id)) partner.residualOf = at;
        const judgement = interference.judges?.(id, place) ?? { fall: null };
        return { kind: 'applied', round: place.round, trunkHash: applied.trunkHash, clips: applied.clips, judgement };
      }
      case 'undo-result':
        Object.assign(partner, partner.before);
        return { kind: 'undone', ...place };
      default:
        return undefined;
    }
  }

  /** What the partner encodes. */
  function vectorOf({ id, kept }: SimulatedPartner, round: number): Float32Array {
    if (round === countingRound) return touchedRows(plan, interference.touching!(id));
    const change = changeOf(id, round, vectorLength(plan));
    return kept === null ? change : withoutFrozen(plan, change, kept);
  }

  function deliver(partner: SimulatedPartner): boolean {
    const { position } = decodePartnerState(partner.state);
    const next = log.findIndex((message, i) => i >= position && !isForCoordinatorOnly(message.message.type));
    if (next < 0 || !partner.alive) return false;
    feed(partner.id, { kind: 'message', position: next + 1, bytes: log[next]!.bytes });
    return true;
  }

  return {
    consortium,
    partners,
    log,
    sums,
    refusals,
    coordinator: () => decodeCoordinatorState(coordinatorBytes),
    feed,
    post,
    revive(id) {
      const partner = partners.get(id)!;
      partner.alive = true;
      work(partner, outstanding(decodePartnerState(partner.state), partner.around));
      feed(id, { kind: 'start' });
    },
    async settle() {
      for (let moved = true; moved; ) {
        moved = false;
        for (const partner of partners.values()) moved = deliver(partner) || moved;
        moved = (await sumWhenDue()) || moved;
      }
    },
    async run() {
      for (;;) {
        await this.settle();
        const wake = wakesAt(decodeCoordinatorState(coordinatorBytes));
        if (wake === null) return;
        now = Math.max(now, wake);
        coordinator({ kind: 'clock' });
      }
    },
  };
}

export const stateOf = (simulation: Simulation, id: string): PartnerState =>
  decodePartnerState(simulation.partners.get(id)!.state);

const isWork = ({ kind }: PartnerEffect): boolean =>
  ['send', 'train', 'freeze', 'await-approval', 'upload', 'apply-result', 'undo-result'].includes(kind);
