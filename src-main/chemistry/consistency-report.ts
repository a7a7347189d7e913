/** The consistency check: runs the reference set through this machine's chemistry. */
import { createHmac } from 'node:crypto';
import { type Control, unattended } from '../contract/progress.ts';
import { type ConsistencyStages, linesHash, stagesWithoutStructures } from './consistency.ts';
import { type ChemistryParameters, parameterHash } from './parameters.ts';
import { openChemistry, type StandardStructure } from './pool.ts';
import { referenceSet } from './reference-set.ts';
import { scramble, scramblePermutation } from './scramble.ts';

/** A molecule of the reference set as far as it tells nothing of the key, to find out which ones differ. */
export type ReferenceStructure = {
  readonly given: string;
  /** Standard SMILES before tautomers, or the failure. */
  readonly parent: string;
  /** Standard SMILES, or the failure. */
  readonly tautomer: string;
  /** SHA-256 of the bits as RDKit numbers them. */
  readonly fingerprint: string;
};

export type ConsistencyReport = {
  readonly stages: ConsistencyStages;
  readonly structures: readonly ReferenceStructure[];
};

/** @throws CANCELLED, TOOLKIT_FAILED */
export async function reportConsistency(
  parameters: ChemistryParameters,
  control: Control = unattended,
): Promise<ConsistencyReport> {
  const [parents, standard] = await Promise.all([
    standardised({ ...parameters, tautomer: 'as-given' }, control),
    standardised(parameters, control),
  ]);
  const permutation = scramblePermutation(parameters.key, parameters.foldSize);
  const structures = referenceSet.map(({ text }, at) => ({
    given: text,
    parent: smilesIn(parents[at]!),
    tautomer: smilesIn(standard[at]!),
    fingerprint: linesHash([bitsIn(standard[at]!).join()]),
  }));
  const keyed = (lines: readonly (string | number)[]) =>
    createHmac('sha256', parameters.key).update(lines.join('\n')).digest('hex');
  return {
    stages: {
      ...stagesWithoutStructures(parameters),
      parent: linesHash(structures.map(({ parent }) => parent)),
      tautomer: linesHash(structures.map(({ tautomer }) => tautomer)),
      fingerprint: linesHash(structures.map(({ fingerprint }) => fingerprint)),
      scramble: keyed(standard.map((one) => scramble(bitsIn(one), permutation).join())),
      fold: keyed(standard.map((one) => (one.ok ? one.fold : ''))),
    },
    structures,
  };
}

/** Once for each set of parameters: in one process the answer cannot change. @throws TOOLKIT_FAILED */
export async function consistencyStages(parameters: ChemistryParameters): Promise<ConsistencyStages> {
  const hash = parameterHash(parameters);
  const found = known.get(hash) ?? reportConsistency(parameters).then(({ stages }) => stages);
  known.set(hash, found);
  found.catch(() => known.delete(hash));
  return found;
}

const known = new Map<string, Promise<ConsistencyStages>>();

async function standardised(parameters: ChemistryParameters, control: Control): Promise<readonly StandardStructure[]> {
  const chemistry = await openChemistry({ parameters, workers: 1, plainBits: true });
  return chemistry.standardise(referenceSet, control).finally(() => chemistry.close());
}

const smilesIn = (one: StandardStructure): string => (one.ok ? one.smiles : one.failure);

const bitsIn = (one: StandardStructure): Uint16Array => (one.ok ? one.bits : new Uint16Array());
