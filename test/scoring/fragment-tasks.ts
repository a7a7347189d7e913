/** Two tasks with a plain rule on compounds that are put together from rings and groups, standardised for real. */
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { parameterHash, readChemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { type Chemistry, openChemistry } from '../../src-main/chemistry/pool.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import type { TrainingTable } from '../../src-main/tasks/training-table.ts';
import { storeTable } from '../training/task-workspace.ts';

export type FragmentCompound = { readonly smiles: string; readonly fold: number };

const rings = ['c1ccccc1', 'c1ccncc1', 'C1CCNCC1', 'c1ccsc1', 'C1CCCCC1', 'c1ccoc1'];
const groups = ['C', 'CC', 'N', 'O', 'F', 'Cl', 'C(=O)O', 'C#N', 'S(=O)(=O)N', 'OC', 'C(F)(F)F', 'NC(=O)C'];
const made = rings.flatMap((ring) => groups.flatMap((group) => [`${ring}${group}`, `${group}C${ring}`]));

/**
 * Active under the first task with nitrogen, under the second with oxygen. With values there is a regression task of
 * the second assay too: it goes with the number of nitrogens, and every seventh value is only known to be higher.
 */
export async function storeFragments(
  workspace: Workspace,
  { values = false }: { readonly values?: boolean } = {},
): Promise<{
  readonly chemistry: Chemistry;
  readonly taskSetId: number;
  readonly known: readonly FragmentCompound[];
}> {
  const parameters = readChemistryParameters(workspace.catalog);
  const chemistry = await openChemistry({ parameters, workers: 1 });
  const standard = (
    await chemistry.standardise(
      made.map((text) => ({ kind: 'smiles' as const, text })),
      unattended,
    )
  )
    .filter((structure) => structure.ok)
    .filter(({ smiles }, at, all) => all.findIndex((other) => other.smiles === smiles) === at);
  // Folds by turns instead of by scaffold: six scaffolds would leave some fold empty.
  const known = standard.map(({ smiles }, at) => ({ smiles, fold: at % 5 }));
  const bitOffsets = new Uint32Array(standard.length + 1);
  standard.forEach(({ bits }, at) => {
    bitOffsets[at + 1] = bitOffsets[at]! + bits.length;
  });
  const table: TrainingTable = {
    rows: standard.length,
    bitOffsets,
    bitIndices: Uint16Array.from(standard.flatMap(({ bits }) => [...bits])),
    folds: Uint8Array.from(known, ({ fold }) => fold),
    tasks: [1, 2].map((id) => ({
      taskId: id,
      assayId: id,
      threshold: 5 + id,
      auxiliary: false,
      evaluationQuorum: true,
      trainingWeight: 1,
      aggregationWeight: 1,
    })),
    labelRows: Uint32Array.from(standard.flatMap((_, row) => [row, row])),
    labelTasks: Uint32Array.from(standard.flatMap(() => [0, 1])),
    labelValues: Int8Array.from(
      standard.flatMap(({ smiles }) => [/[Nn]/.test(smiles) ? 1 : -1, smiles.includes('O') ? 1 : -1]),
    ),
  };
  const rows = Uint32Array.from(standard.keys());
  const censors = Int8Array.from(rows, (row) => (row % 7 === 3 ? 1 : 0));
  const regression: NonNullable<TrainingTable['regression']> = {
    tasks: [
      {
        regressionTaskId: 1,
        assayId: 2,
        auxiliary: false,
        trainingWeight: 1,
        aggregationWeight: 1,
        censoredWeight: 1,
      },
    ],
    rows,
    columns: new Uint32Array(rows.length),
    values: Float64Array.from(rows, (row) => nitrogenValue(standard[row]!.smiles) - 0.3 * censors[row]!),
    censors,
  };
  const stored = values ? { ...table, regression } : table;
  const taskSetId = storeTable(workspace, stored, parameterHash(parameters), (row) => standard[row]!.smiles);
  return { chemistry, taskSetId, known };
}

/** What the values are before they are censored. */
export const nitrogenValue = (smiles: string): number => 5 + 0.8 * (smiles.match(/[Nn]/g)?.length ?? 0);
