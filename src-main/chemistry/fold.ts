/** Folds: compounds of one scaffold fall into one fold, the same at every partner that holds the key. */
import { createHmac } from 'node:crypto';
import type { ChemistryParameters } from './parameters.ts';
import { randomBelow } from './python-random.ts';

export type Foldable = {
  /** Canonical SMILES; empty when the compound has no ring. */
  readonly scaffold: string;
  /** Canonical SMILES of the whole standard structure. */
  readonly smiles: string;
  /** Fingerprint bits as RDKit numbers them, ascending. */
  readonly bits: Uint16Array;
};

/**
 * By the consortium's rule:
 * - `scaffold`: HMAC of the scaffold; compounds without a ring spread by their own structure.
 * - `tuner-scaffold`: MELLODDY-TUNER's scaffold folds to the bit; all compounds without a ring fall into one.
 * - `tuner-lsh`: its locality-sensitive hash of 16 bits, to the bit (Simm et al. 2021, doi 10.1186/s13321-021-00576-2).
 */
export function foldOf(
  { key, folds, foldRule }: Pick<ChemistryParameters, 'key' | 'folds' | 'foldRule'>,
  { scaffold, smiles, bits }: Foldable,
): number {
  const keyed = (text: string) => createHmac('sha256', key).update(text).digest();
  switch (foldRule) {
    case 'scaffold':
      return keyed(scaffold || smiles).readUIntBE(0, 6) % folds;
    case 'tuner-scaffold':
      return randomBelow(keyed(scaffold || 'None'), folds);
    case 'tuner-lsh':
      return randomBelow(keyed(highEntropyBits.map((bit) => (bits.includes(bit) ? '1' : '0')).join('')), folds);
  }
}

/** The bits that tell most of ChEMBL 25 apart, in MELLODDY's order. */
const highEntropyBits = [
  26490, 8094, 25216, 21099, 2487, 2991, 9639, 17984, 24189, 8272, 1787, 31834, 11815, 8648, 27066, 17552,
] as const;
