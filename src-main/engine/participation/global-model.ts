/** The global trunk of a series on this machine: a snapshot now and then, and since then the sums, from which a restart finds it again. */
import type { Vault } from '../../catalog/vault.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { Base } from '../../federation/partner-state.ts';
import type { Plan } from '../../federation/plan.ts';
import { applySumToRows, countingRound, fewestPartnersOf, keptRowsOf } from '../../federation/rare-rows.ts';
import {
  type AppliedSum,
  applySum,
  beginGlobal,
  decodeGlobal,
  encodeGlobal,
  type GlobalState,
  trunkHash,
} from '../../federation/server-optimiser.ts';

/** What the sum of a round is applied with. */
export type SumFacts = { readonly clips: readonly number[]; readonly totalWeight: number };

export type GlobalModel = {
  readonly state: () => GlobalState;
  /** Keeps the sum on the disk, then moves the trunk on. The same round may come again after a kill. */
  readonly apply: (sum: Uint8Array, facts: SumFacts) => AppliedSum;
  /** Keeps the sum of round 0. @returns how many rows are not frozen */
  readonly count: (sum: Uint8Array) => number;
  /** Of the first layer, those that are not frozen; null where all are sent. */
  readonly keptRows: () => Uint32Array | null;
  /** That touch the least of the rows that are not frozen. @throws NOT_FOUND before rows were counted */
  readonly fewestPartners: () => number;
  /** Takes the last sum back, with what it did to the moments. @throws WORKSPACE_DAMAGED as opening does */
  readonly backTo: (base: Pick<Base, 'rounds' | 'hash'>) => void;
};

/** Rounds from one snapshot to the next. It is three times the trunk; a sum is as long as the trunk. */
const betweenSnapshots = 10;

/**
 * @param base where the partner's stored state says that the series stands
 * @param beginning gives the trunk that the series begins with
 * @throws WORKSPACE_DAMAGED when the files do not lead to the trunk with that hash
 */
export function openGlobalModel(
  vault: Vault,
  plan: Plan,
  base: Pick<Base, 'rounds' | 'hash'>,
  beginning: () => Float32Array,
): GlobalModel {
  const snapshotFile = (rounds: number) => fileOf(plan.series, `global-${rounds}`);
  const sumFile = (round: number) => sumFileOf(plan.series, round);

  let kept = base.rounds >= countingRound ? readKeptRows() : null;
  let state = restore(base);

  function readKeptRows(): Uint32Array | null {
    return plan.rareRows === undefined ? null : keptRowsOf(plan, decodeSum(vault.read(sumFile(countingRound))).sum);
  }

  function applyTo(before: GlobalState, sum: Uint8Array, facts: SumFacts): AppliedSum {
    return kept === null ? applySum(plan, before, sum, facts) : applySumToRows(plan, kept, before, sum, facts);
  }

  function restore(base: Pick<Base, 'rounds' | 'hash'>): GlobalState {
    const from = base.rounds - (base.rounds % betweenSnapshots);
    let restored = from === 0 ? beginGlobal(beginning()) : decodeGlobal(vault.read(snapshotFile(from)));
    for (let round = from + 1; round <= base.rounds; round++) {
      const { sum, facts } = decodeSum(vault.read(sumFile(round)));
      restored = applyTo(restored, sum, facts).state;
    }
    if (trunkHash(restored.values) !== base.hash) {
      throw new ChoraleError('WORKSPACE_DAMAGED', { file: snapshotFile(base.rounds) });
    }
    return restored;
  }

  /**
   * The stored state may still stand one round back, so the files of the time before the last snapshot are kept; and the
   * counts of round 0 for good.
   */
  function forgetBefore(snapshot: number): void {
    const last = snapshot - betweenSnapshots;
    vault.remove(snapshotFile(last - betweenSnapshots));
    for (let round = Math.max(1, last - betweenSnapshots + 1); round <= last; round++) vault.remove(sumFile(round));
  }

  return {
    state: () => state,
    apply(sum, facts) {
      const applied = applyTo(state, sum, facts);
      const { rounds } = applied.state;
      vault.write(sumFile(rounds), encodeSum(sum, facts));
      if (rounds % betweenSnapshots === 0) {
        vault.write(snapshotFile(rounds), encodeGlobal(applied.state));
        forgetBefore(rounds);
      }
      state = applied.state;
      return applied;
    },
    count(sum) {
      kept = keptRowsOf(plan, sum);
      vault.write(sumFile(countingRound), encodeSum(sum, { clips: [], totalWeight: 0 }));
      return kept.length;
    },
    keptRows: () => kept,
    fewestPartners: () => fewestPartnersOf(plan, decodeSum(vault.read(sumFile(countingRound))).sum),
    backTo(before) {
      state = restore(before);
    },
  };
}

/** The packed sum of a round as the coordinator signed it, kept until two snapshots later. @throws NOT_FOUND */
export const readSum = (vault: Vault, series: string, round: number): Uint8Array =>
  decodeSum(vault.read(sumFileOf(series, round))).sum;

/** The counts of round 0 are kept as long as the series. */
const sumFileOf = (series: string, round: number): string =>
  fileOf(series, round === countingRound ? 'rows' : `sum-${round}`);

const fileOf = (series: string, name: string): string => `series/${series}/${name}`;

/** Length of the facts (Uint32 little endian), the facts as JSON padded to 4 bytes, the packed sum. */
function encodeSum(sum: Uint8Array, facts: SumFacts): Uint8Array {
  const text = Buffer.from(JSON.stringify(facts));
  const start = sumStart(text.length);
  const bytes = Buffer.alloc(start + sum.byteLength, ' ');
  bytes.writeUInt32LE(text.length, 0);
  text.copy(bytes, 4);
  bytes.set(sum, start);
  return bytes;
}

function decodeSum(bytes: Uint8Array): { readonly sum: Uint8Array; readonly facts: SumFacts } {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const facts = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length))) as SumFacts;
  return { sum: bytes.subarray(sumStart(length)), facts };
}

const sumStart = (factsLength: number): number => Math.ceil((4 + factsLength) / 4) * 4;
