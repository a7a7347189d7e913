/** A consortium in memory: the partners' and the coordinator's own state machines, a list for the network, a map for the chunks. */

import type { Control } from '../../contract/progress.ts';
import { stopIfAsked } from '../../contract/progress.ts';
import { removingMasks } from '../../coordinator/opening.ts';
import { step as coordinate, wakesAt } from '../../coordinator/round.ts';
import { beginCoordination, type CoordinatorState } from '../../coordinator/round-state.ts';
import { chunkAt } from '../../federation/chunks.ts';
import type { SigningKeys } from '../../federation/identity.ts';
import { isForCoordinatorOnly, type SealedMessage } from '../../federation/messages.ts';
import {
  beginSeries,
  type PartnerEffect,
  type PartnerInput,
  type PartnerState,
  type Surroundings,
  step,
  submissionOf,
} from '../../federation/partner.ts';
import { type Plan, planHash, uploadBytes } from '../../federation/plan.ts';
import { addPacked } from '../../federation/ring.ts';
import type { Roster } from '../../federation/roster.ts';
import { sumUploads } from '../../federation/sum.ts';
import { prepareUpload } from '../../federation/upload.ts';
import type { AppliedFacts, Drawn, RoundsWork } from './rounds.ts';

export type ConsortiumHere = {
  readonly plan: Plan;
  readonly roster: Roster;
  readonly keys: Readonly<Record<string, SigningKeys>>;
  readonly coordinatorKeys: SigningKeys;
  /** Of all that partners draw: keys, seeds, shares. */
  readonly random: (partner: string) => (count: number) => Uint8Array;
  /** Hash of the trunk that all begin with. */
  readonly initialTrunkHash: string;
};

export type CheckedRound = {
  readonly round: number;
  readonly numbers: number;
  /** Bytes of the sum that differ from the plain sum of what the partners encoded. */
  readonly differences: number;
};

type Member = {
  readonly id: string;
  state: PartnerState;
  residual: Float32Array | null;
  change: Float32Array | null;
  upload: { readonly masked: Uint8Array; readonly encoded: Uint8Array; readonly residual: Float32Array | null } | null;
  readonly around: Surroundings;
};

/**
 * Runs the whole series. Every sum that comes out of masks, shares and signatures is compared with the plain one.
 * @param drew told what each partner drew
 */
export async function protocolRounds(
  { plan, roster, keys, coordinatorKeys, random, initialTrunkHash }: ConsortiumHere,
  work: RoundsWork,
  control: Control,
  drew: (partner: string, round: number, drawn: Drawn) => void = () => {},
): Promise<readonly CheckedRound[]> {
  const hash = planHash(plan);
  let now = 0;
  let coordinator: CoordinatorState = beginCoordination(hash);
  const log: SealedMessage[] = [];
  const byHash = new Map<string, SealedMessage>();
  const chunks = new Map<string, Uint8Array>();
  const checked: CheckedRound[] = [];
  let applied: { readonly round: number; readonly facts: AppliedFacts } | undefined;
  const members = roster.partners.map(
    ({ id }): Member => ({
      id,
      state: beginSeries(id, plan, hash, initialTrunkHash),
      ...{ residual: null, change: null, upload: null },
      around: { plan, planHash: hash, roster, keys: keys[id]!, random: random(id) },
    }),
  );

  function tell(input: Parameters<typeof coordinate>[1]): void {
    const result = coordinate(coordinator, input, { plan, planHash: hash, roster, keys: coordinatorKeys, now });
    if (result.refusal !== null) throw new Error(`the coordinator refused: ${JSON.stringify(result.refusal)}`);
    coordinator = result.state;
    for (const message of [...(result.accepted === null ? [] : [result.accepted]), ...result.said]) {
      log.push(message);
      byHash.set(message.hash, message);
    }
  }

  async function feed(member: Member, input: PartnerInput): Promise<void> {
    const { state, effects } = step(member.state, input, member.around);
    member.state = state;
    for (const effect of effects) {
      stopIfAsked(control);
      const answer = await carryOut(member, effect);
      if (answer !== undefined) await feed(member, answer);
    }
  }

  async function carryOut(member: Member, effect: PartnerEffect): Promise<PartnerInput | undefined> {
    switch (effect.kind) {
      case 'send':
        tell({ kind: 'message', bytes: new TextEncoder().encode(effect.text) });
        return { kind: 'sent', hash: effect.hash };
      case 'train': {
        const { round, attempt, seed } = effect;
        member.change = await work.train(member.id, round, seed);
        return { kind: 'trained', round, attempt };
      }
      case 'freeze': {
        const { round, attempt, seed } = effect;
        const submission = submissionOf(member.state, member.around);
        drew(member.id, round, { seed, rounding: submission.roundingSeed });
        const prepared = prepareUpload(submission, member.change!, member.residual);
        member.change = null;
        member.upload = prepared;
        const { chunks: hashes, root, bytes } = prepared.chunkList;
        const frozen = { packageHash: root, root, bytes, chunks: hashes, commitment: prepared.commitment };
        return { kind: 'frozen', round, attempt, frozen };
      }
      case 'await-approval':
        return { kind: 'approved', packageHash: effect.frozen.packageHash, root: effect.frozen.root };
      case 'upload':
        effect.frozen.chunks.forEach((chunk, index) => {
          chunks.set(chunk, chunkAt(member.upload!.masked, index));
        });
        tell({ kind: 'stored', manifest: effect.manifest });
        return { kind: 'uploaded', root: effect.frozen.root };
      case 'apply-result': {
        const { round, clips, result } = effect;
        if (applied?.round !== round) {
          const sum = joined(result.chunks);
          applied = { round, facts: await work.apply(round, sum, { clips, totalWeight: result.totalWeight }) };
        }
        member.residual = member.upload!.residual;
        return { kind: 'applied', round, ...applied.facts, judgement: { fall: null } };
      }
      default:
        return undefined;
    }
  }

  const joined = (hashes: readonly string[]) => new Uint8Array(Buffer.concat(hashes.map((part) => chunks.get(part)!)));

  async function sumWhenDue(): Promise<boolean> {
    const { attempt, roundsDone } = coordinator;
    if (attempt?.phase !== 'summing') return false;
    const round = roundsDone + 1;
    const uploads = attempt.lists.uploads!.map(({ message }) => {
      const manifest = byHash.get(message)!.message;
      return manifest.type === 'MANIFEST' ? manifest.body.chunks : [];
    });
    const { ringBits } = plan.encoding;
    const summed = await sumUploads(
      { bytes: uploadBytes(plan), ringBits },
      uploads,
      removingMasks({ planHash: hash, round, attempt: attempt.attempt }, attempt, { roster }),
      async (chunk) => chunks.get(chunk)!,
      async (name, chunk) => void chunks.set(name, chunk.slice()),
    );
    const plain = new Uint8Array(uploadBytes(plan));
    for (const { upload } of members) addPacked(plain, upload!.encoded, ringBits);
    const sum = joined(summed.chunks);
    checked.push({
      round,
      numbers: Math.floor((plain.length * 8) / ringBits),
      differences: plain.reduce((count, byte, at) => count + (byte === sum[at] ? 0 : 1), 0),
    });
    // Everyone has applied the sum before this one, or nobody would be here.
    const needed = new Set(summed.chunks);
    for (const name of chunks.keys()) if (!needed.has(name)) chunks.delete(name);
    tell({ kind: 'summed', ...summed });
    return true;
  }

  async function deliver(member: Member): Promise<boolean> {
    let { position } = member.state;
    while (position < log.length && isForCoordinatorOnly(log[position]!.message.type)) position++;
    const next = log[position];
    if (next === undefined) return false;
    await feed(member, { kind: 'message', position: position + 1, bytes: next.bytes });
    return true;
  }

  for (const member of members) await feed(member, { kind: 'start' });
  for (;;) {
    let moved = false;
    for (const member of members) moved = (await deliver(member)) || moved;
    moved = (await sumWhenDue()) || moved;
    if (moved) continue;
    const wake = wakesAt(coordinator);
    if (wake === null) return checked;
    now = Math.max(now, wake);
    tell({ kind: 'clock' });
  }
}
