/** The coordinator of a storm: the real state machine, with a list for its log and a map for its chunks, killed before or after it stores. */
import { removingMasks } from '../../src-main/coordinator/opening.ts';
import { type CoordinatorInput, step as coordinate, wakesAt } from '../../src-main/coordinator/round.ts';
import {
  beginCoordination,
  type CoordinatorState,
  decodeCoordinatorState,
  encodeCoordinatorState,
} from '../../src-main/coordinator/round-state.ts';
import { isForCoordinatorOnly, type SealedMessage } from '../../src-main/federation/messages.ts';
import { countingRound, keptRowsOf, planOfRound } from '../../src-main/federation/rare-rows.ts';
import type { Chance } from './chance.ts';
import type { Consortium } from './consortium.ts';
import { joined, sumStored } from './pretended-work.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { Weather } from './weather.ts';

type Sum = { readonly round: number; readonly attempt: number; readonly chunks: readonly Uint8Array[] };

/** What gives undefined was never answered: the coordinator died over it. */
export type StormyCoordinator = {
  readonly start: () => void;
  readonly kill: () => void;
  readonly isAlive: () => boolean;
  readonly state: () => CoordinatorState;
  readonly log: readonly SealedMessage[];
  readonly sums: readonly Sum[];
  readonly kills: () => number;
  readonly post: (message: { readonly hash: string; readonly text: string }) => 'acknowledged' | 'refused' | undefined;
  /** Places in the log, from 0, of what a partner may read after this position. */
  readonly entriesAfter: (position: number) => readonly number[];
  readonly upload: (
    partner: string,
    manifest: string,
    chunks: ReadonlyMap<string, Uint8Array>,
  ) => 'stored' | 'no-such-upload' | undefined;
  readonly chunksOf: (hashes: readonly string[]) => readonly Uint8Array[];
};

export type StormyCoordinatorNeeds = {
  readonly consortium: Consortium;
  readonly weather: Weather;
  readonly chance: Chance;
  readonly clock: VirtualClock;
  readonly struck: (probability: number) => boolean;
  /** Of partners and coordinator alike, as they are signed. */
  readonly said: SealedMessage[];
  readonly refusals: string[];
};

export function openStormyCoordinator({
  consortium,
  weather,
  chance,
  clock,
  struck,
  said,
  refusals,
}: StormyCoordinatorNeeds): StormyCoordinator {
  const { plan, planHash, roster, coordinatorKeys: keys } = consortium;
  const log: SealedMessage[] = [];
  const known = new Set<string>();
  const manifests = new Map<string, readonly string[]>();
  const chunks = new Map<string, Uint8Array>();
  const sums: Sum[] = [];
  let state = beginCoordination(planHash, plan);
  let alive = false;
  let summing = false;
  /** Counts starts: what an earlier process had begun is nothing to a later one. */
  let run = 0;
  let kills = 0;

  function start(): void {
    if (alive) return;
    alive = true;
    run++;
    summing = false;
    state = decodeCoordinatorState(encodeCoordinatorState(state));
    take({ kind: 'restarted' });
    for (const manifest of Object.values(state.attempt?.manifests ?? {})) noteWhenComplete(manifest);
  }

  function kill(): void {
    if (!alive) return;
    alive = false;
    kills++;
    clock.after(chance.about(weather.away), start);
  }

  function later(seconds: number, work: () => void | Promise<void>): void {
    const now = run;
    clock.after(seconds, () => (alive && run === now ? work() : undefined));
  }

  function take(input: CoordinatorInput): ReturnType<typeof coordinate> | undefined {
    if (!alive) return undefined;
    const now = clock.milliseconds();
    const result = coordinate(state, input, { plan, planHash, roster, keys, now });
    if (struck(weather.coordinatorKillAtStep / 2)) kill();
    if (!alive) return undefined;
    state = result.state;
    for (const message of [...(result.accepted === null ? [] : [result.accepted]), ...result.said]) {
      log.push(message);
      known.add(message.hash);
      if (message.message.type === 'MANIFEST') manifests.set(message.hash, message.message.body.chunks);
    }
    said.push(...result.said);
    if (result.refusal !== null) {
      refusals.push(`coordinator: ${result.refusal.from} ${result.refusal.type} ${result.refusal.reason}`);
    }
    if (struck(weather.coordinatorKillAtStep / 2)) kill();
    if (!alive) return undefined;
    const wake = wakesAt(state);
    // A deadline that passes while it sums would wake it again and again.
    if (wake !== null && state.attempt?.phase === 'summing') throw new Error('time alone moves nothing while it sums');
    if (wake !== null) later(Math.max(0, wake - now) / 1000, () => void take({ kind: 'clock' }));
    if (state.attempt?.phase === 'summing' && !summing) {
      summing = true;
      later(chance.about(3), sum);
    }
    return result;
  }

  async function sum(): Promise<void> {
    const { roundsDone } = state;
    const attempt = state.attempt!;
    const place = { planHash, round: roundsDone + 1, attempt: attempt.attempt };
    const uploads = attempt.lists.uploads!.map(({ message }) => manifests.get(message)!);
    const vector = planOfRound(plan, place.round, state.keptRows);
    const summed = await sumStored(vector, uploads, removingMasks(place, attempt, { roster }), chunks);
    summing = false;
    const isCount = place.round === countingRound;
    const counted = isCount ? { keptRows: keptRowsOf(plan, joined(chunksOf(summed.chunks))).length } : {};
    take({ kind: 'summed', ...summed, ...counted });
    // Stored, even if it was killed directly afterwards.
    if (state.roundsDone > roundsDone) {
      sums.push({ round: place.round, attempt: place.attempt, chunks: chunksOf(summed.chunks) });
    }
  }

  function noteWhenComplete(manifest: string): void {
    if (manifests.get(manifest)?.every((hash) => chunks.has(hash))) take({ kind: 'stored', manifest });
  }

  const chunksOf = (hashes: readonly string[]) => hashes.map((hash) => chunks.get(hash)!);

  return {
    start,
    kill,
    isAlive: () => alive,
    state: () => state,
    log,
    sums,
    kills: () => kills,

    post({ hash, text }) {
      if (known.has(hash)) return 'acknowledged';
      const result = take({ kind: 'message', bytes: new TextEncoder().encode(text) });
      if (result === undefined) return undefined;
      return result.accepted === null ? 'refused' : 'acknowledged';
    },

    entriesAfter: (position) =>
      log.flatMap(({ message }, i) => (i >= position && !isForCoordinatorOnly(message.type) ? [i] : [])),

    upload(partner, manifest, sent) {
      if (state.attempt?.manifests[partner] !== manifest) return 'no-such-upload';
      for (const [hash, chunk] of sent) chunks.set(hash, chunk);
      noteWhenComplete(manifest);
      return alive ? 'stored' : undefined;
    },

    chunksOf,
  };
}
