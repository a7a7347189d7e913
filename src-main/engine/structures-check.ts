/** What chemistry would make of a file's structures, before anything of the file is stored. */
import type { Chemistry, StandardStructure } from '../chemistry/pool.ts';
import {
  type StandardisationStep,
  type StructureFailure,
  standardisationStep,
  structureFailure,
} from '../contract/chemistry.ts';
import type { Mapping, StructuresCheck } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { Companions } from '../intake/structure-source.ts';
import { type GivenStructure, structuresOf } from '../intake/structures.ts';

/** Distinct structures that are looked at; what comes after them is looked at when it has been imported. */
export const structuresLimit = 20_000;

const examplesShown = 20;

/** @throws FILE_UNREADABLE, MAPPING_INCOMPLETE, CANCELLED, INPUT_INVALID, TOOLKIT_FAILED */
export async function checkStructures(
  path: string,
  mapping: Mapping,
  chemistry: Pick<Chemistry, 'standardise'>,
  control: Control,
  { limit = structuresLimit, ...companions }: Companions & { readonly limit?: number } = {},
): Promise<StructuresCheck> {
  const { structures, whole } = await firstStructures(path, mapping, control, limit, companions);
  const results = await chemistry.standardise(
    structures.map(({ kind, text }) => ({ kind, text })),
    control,
  );
  return summarise(structures, results, whole);
}

async function firstStructures(
  path: string,
  mapping: Mapping,
  control: Control,
  limit: number,
  companions: Companions,
): Promise<{ readonly structures: readonly GivenStructure[]; readonly whole: boolean }> {
  const structures: GivenStructure[] = [];
  for await (const block of structuresOf(path, mapping, control, companions)) {
    stopIfAsked(control);
    structures.push(...block);
    control.report({ step: 'import.rows', done: structures.length });
    if (structures.length > limit) return { structures: structures.slice(0, limit), whole: false };
  }
  return { structures, whole: true };
}

function summarise(
  given: readonly GivenStructure[],
  results: readonly StandardStructure[],
  whole: boolean,
): StructuresCheck {
  const steps = new Map<StandardisationStep, StructuresCheck['examples']>();
  const failures = new Map<StructureFailure, StructuresCheck['failures'][number]>();
  const stepCounts = new Map<StandardisationStep, number>();
  const counts = { unchanged: 0, changed: 0, failed: 0 };
  results.forEach((result, at) => {
    const { companyId, line, kind, text: structure } = given[at]!;
    if (!result.ok) {
      const { failure, detail } = result;
      const group = failures.get(failure) ?? { failure, structures: 0, examples: [] };
      failures.set(failure, group);
      group.structures++;
      if (group.examples.length < examplesShown) group.examples.push({ companyId, line, structure, detail });
      counts.failed++;
      return;
    }
    const { smiles } = result;
    const changes = [...result.changes];
    counts[changes.length === 0 ? 'unchanged' : 'changed']++;
    for (const step of new Set(changes.map((change) => change.step))) {
      stepCounts.set(step, (stepCounts.get(step) ?? 0) + 1);
      const examples = steps.get(step) ?? [];
      steps.set(step, examples);
      if (examples.length < examplesShown) examples.push({ step, companyId, line, kind, structure, smiles, changes });
    }
  });
  return {
    structures: given.length,
    whole,
    ...counts,
    steps: standardisationStep.options.flatMap((step) => {
      const structures = stepCounts.get(step);
      return structures === undefined ? [] : [{ step, structures }];
    }),
    failures: structureFailure.options.flatMap((failure) => failures.get(failure) ?? []),
    examples: standardisationStep.options.flatMap((step) => steps.get(step) ?? []),
  };
}
