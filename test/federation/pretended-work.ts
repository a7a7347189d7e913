/** The work of a partner and of the coordinator in a simulated round: real encoding and masks over a change that a number generator makes. */
import { chunkAt } from '../../src-main/federation/chunks.ts';
import type { Mask } from '../../src-main/federation/masks.ts';
import {
  type PartnerEffect,
  type PartnerState,
  type Surroundings,
  submissionOf,
} from '../../src-main/federation/partner.ts';
import type { FrozenPackage } from '../../src-main/federation/partner-state.ts';
import { type Plan, uploadBytes, vectorLength } from '../../src-main/federation/plan.ts';
import {
  applySumToRows,
  countingRound,
  rowsOf,
  touchedRows,
  withoutFrozen,
} from '../../src-main/federation/rare-rows.ts';
import { addPacked } from '../../src-main/federation/ring.ts';
import { type AppliedSum, applySum, type GlobalState } from '../../src-main/federation/server-optimiser.ts';
import { type SummedChunks, sumUploads } from '../../src-main/federation/sum.ts';
import { prepareUpload } from '../../src-main/federation/upload.ts';
import { randomFrom } from './consortium.ts';
import { changeOf } from './simulation.ts';

/** What a partner's vault holds of a round. */
export type FrozenWork = {
  readonly frozen: FrozenPackage;
  /** Packed. */
  readonly encoded: Uint8Array;
  readonly chunks: ReadonlyMap<string, Uint8Array>;
};

/** Training compounds that set the bit of each row: some rows are nobody's or few partners', most are of many. */
export function compoundsByRow(id: string, plan: Plan): Uint32Array {
  const drawn = randomFrom(`rows of ${id}`)(rowsOf(plan));
  return Uint32Array.from(drawn, (byte, row) => (byte < 40 + (row % 4) * 70 ? byte % 5 : 0));
}

/** What a partner encodes in a round. @param kept rows that are not frozen; null where none ever is */
export function vectorOf(id: string, round: number, plan: Plan, kept: Uint32Array | null): Float32Array {
  if (round === countingRound && plan.rareRows !== undefined) return touchedRows(plan, compoundsByRow(id, plan));
  const change = changeOf(id, round, vectorLength(plan));
  return kept === null ? change : withoutFrozen(plan, change, kept);
}

export function freezeChange(
  id: string,
  state: PartnerState,
  around: Surroundings,
  kept: Uint32Array | null,
): FrozenWork {
  const submission = submissionOf(state, around);
  const prepared = prepareUpload(submission, vectorOf(id, submission.round, around.plan, kept), null);
  const { chunks, root, bytes } = prepared.chunkList;
  return {
    frozen: { packageHash: root, root, bytes, chunks, commitment: prepared.commitment },
    encoded: prepared.encoded,
    chunks: new Map(chunks.map((hash, index) => [hash, chunkAt(prepared.masked, index).slice()])),
  };
}

export const sumStored = (
  plan: Plan,
  uploads: readonly (readonly string[])[],
  removing: readonly Mask[],
  stored: Map<string, Uint8Array>,
): Promise<SummedChunks> =>
  sumUploads(
    { bytes: uploadBytes(plan), ringBits: plan.encoding.ringBits },
    uploads,
    removing,
    async (hash) => stored.get(hash)!,
    async (hash, chunk) => void stored.set(hash, chunk.slice()),
  );

export const applyFetched = (
  plan: Plan,
  global: GlobalState,
  kept: Uint32Array | null,
  { clips, result }: Extract<PartnerEffect, { kind: 'apply-result' }>,
  chunks: readonly Uint8Array[],
): AppliedSum => {
  const facts = { clips, totalWeight: result.totalWeight };
  return kept === null
    ? applySum(plan, global, joined(chunks), facts)
    : applySumToRows(plan, kept, global, joined(chunks), facts);
};

/** Whether a sum is, integer by integer, what these partners encoded. */
export function isPlainSum({ encoding }: Plan, sum: readonly Uint8Array[], encoded: readonly Uint8Array[]): boolean {
  const plain = new Uint8Array(encoded[0]!.length);
  for (const numbers of encoded) addPacked(plain, numbers, encoding.ringBits);
  return Buffer.compare(plain, joined(sum)) === 0;
}

export const joined = (chunks: readonly Uint8Array[]) => new Uint8Array(Buffer.concat(chunks));
