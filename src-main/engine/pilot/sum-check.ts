/** Holds what no one else holds: the integers of every partner of a pilot, and so can add them up in plain. */
import { packagesOfAttempt } from '../../catalog/packages.ts';
import { roundRow } from '../../catalog/rounds.ts';
import type { Workspace } from '../../catalog/workspace.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { type RingBits, unpack } from '../../federation/ring.ts';
import { openEscrow } from '../../release/escrow.ts';
import { readSum } from '../participation/global-model.ts';

export type CheckedSum = {
  readonly round: number;
  /** Partners in the sum. */
  readonly partners: number;
  readonly numbers: number;
  /** Numbers in which the coordinator's sum differs from the plain integer sum of the encoded updates; 0 is right. */
  readonly mismatches: number;
};

/**
 * Compares, number by number, the sum that the coordinator signed (as each partner verified and kept it) with the plain
 * sum of the escrowed updates.
 * @throws NOT_FOUND when the round is not finished or its escrow is gone
 */
export function checkSum(
  workspaces: readonly Workspace[],
  { series, ringBits }: { readonly series: string; readonly ringBits: RingBits },
  round: number,
): CheckedSum {
  const sum = unpack(readSum(workspaces[0]!.vault, series, round), ringBits);
  const plain = new Int32Array(sum.length);
  let partners = 0;
  for (const { catalog, vault } of workspaces) {
    const row = roundRow(catalog, series, round);
    if (row === undefined) throw new ChoraleError('NOT_FOUND', { kind: 'round', id: String(round) });
    const sent = packagesOfAttempt(catalog, series, round, row.attempt).find(({ state }) => state === 'sent');
    if (sent === undefined) continue;
    const escrowed = openEscrow(vault, sent.escrowFile).encoded;
    const encoded = unpack(escrowed.read(0, escrowed.bytes), ringBits);
    escrowed.close();
    for (let i = 0; i < plain.length; i++) plain[i] = plain[i]! + encoded[i]!;
    partners++;
  }
  let mismatches = 0;
  for (let i = 0; i < plain.length; i++) if (plain[i] !== sum[i]) mismatches++;
  return { round, partners, numbers: sum.length, mismatches };
}
