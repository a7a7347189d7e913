/** Folds: compounds of one scaffold fall into one fold, the same at every partner that holds the key. */
import { createHmac } from 'node:crypto';
import type { ChemistryParameters } from './parameters.ts';

/**
 * @param scaffold canonical SMILES; empty when the compound has no ring
 * @param smiles canonical SMILES of the whole standard structure
 */
export function foldOf(
  { key, folds, foldRule }: Pick<ChemistryParameters, 'key' | 'folds' | 'foldRule'>,
  scaffold: string,
  smiles: string,
): number {
  switch (foldRule) {
    // Compounds without a ring spread by their own structure; MELLODDY-TUNER puts them all into one fold.
    case 'scaffold':
      return (
        createHmac('sha256', key)
          .update(scaffold || smiles)
          .digest()
          .readUIntBE(0, 6) % folds
      );
  }
}
