/** Assays of committed batches that a mapping gives another type: asked for, since the type holds for all their batches. */
import type { AssayProposal, Decision } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import type { KnownAssay } from './assay-types.ts';

export function assayTypeContradictions(
  assays: readonly AssayProposal[],
  known: ReadonlyMap<string, KnownAssay>,
  confirmed: readonly string[],
): Decision[] {
  const differing = assays.flatMap(({ code, assayType }) => {
    const before = known.get(code)?.assayType;
    return before === undefined || before === assayType ? [] : [{ code, chosen: assayType, before }];
  });
  const groups = Map.groupBy(differing, ({ chosen, before }) => `${before} ${chosen}`);
  return [...groups.values()]
    .map((all) => decisionOf(all.map(({ code }) => code).sort(), all[0]!))
    .filter(({ id }) => !confirmed.includes(id));
}

function decisionOf(
  codes: readonly string[],
  { chosen, before }: { readonly chosen: AssayType; readonly before: AssayType },
): Decision {
  const assay = codes[0] ?? '';
  return {
    id: `assay-type:${before}:${chosen}:${assay}+${codes.length - 1}`,
    kind: 'assay-type',
    state: 'open',
    data: { assay, assays: codes.length, chosen, known: before },
    suggestion: null,
    choices: [before, chosen],
    assays: [...codes],
  };
}
