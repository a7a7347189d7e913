/** Building a task set, against reading its measurements once, which is the least that it can take. */
import { numberVectors, readAssays, readMeasurementColumns } from '../../src-main/catalog/task-sources.ts';
import { parameterHash, readChemistryParameters } from '../../src-main/chemistry/parameters.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { buildTasks } from '../../src-main/tasks/build.ts';
import { defaultTaskRules } from '../../src-main/tasks/rules.ts';
import { viewAssay } from '../../src-main/tasks/view.ts';
import { emptyWorkspace } from '../catalog/empty-workspace.ts';
import { addBatch, madeStructures, type TestMeasurement } from '../tasks/measured-workspace.ts';
import type { Bench } from './run.ts';

const measurementCount = 200_000;
const structureCount = 40_000;
const assayCount = 100;
const thousands = measurementCount / 1000;

export const taskSets: Bench = {
  name: `task set of ${measurementCount} measurements in ${assayCount} assays`,
  unit: 'thousand measurements',
  turns: 5,
  async open() {
    const { workspace, remove } = measuredWorkspace(measurementCount, structureCount, assayCount);
    const { catalog } = workspace;
    const assays = readAssays(catalog);
    const hash = parameterHash(readChemistryParameters(catalog));
    return [
      {
        name: 'structures and measurements read',
        async run() {
          const vectors = numberVectors(catalog, hash, 'structure', () => {});
          for (const { measured } of readMeasurementColumns(catalog, assays, vectors, () => {})) measured.values.at(0);
          return thousands;
        },
        close: async () => remove(),
      },
      {
        name: 'task set built and written',
        async run() {
          buildTasks(workspace, defaultTaskRules, unattended);
          return thousands;
        },
      },
      {
        name: "the same in MELLODDY-TUNER's way",
        async run() {
          buildTasks(workspace, { ...defaultTaskRules, compatibility: 'tuner' }, unattended);
          return thousands;
        },
      },
      {
        name: 'one assay at another threshold, x 100',
        async run() {
          for (let times = 0; times < 100; times++) viewAssay(catalog, assays[0]!.assayId, [5 + times / 1000]);
          return measurementCount / assayCount / 10; // of 2,000 values each
        },
      },
    ];
  },
};

function measuredWorkspace(measurements: number, structures: number, assays: number) {
  const made = emptyWorkspace();
  addBatch(
    made.workspace,
    madeStructures(structures),
    Array.from({ length: assays }, (_, at) => ({ code: `A${at}`, type: 'OTHER' as const })),
    generated(measurements, structures, assays),
  );
  return made;
}

function* generated(measurements: number, structures: number, assays: number): Iterable<TestMeasurement> {
  for (let at = 0; at < measurements; at++) {
    const value = 4 + ((at * 7919 + Math.floor(at / assays) * 37) % 500) / 100;
    const relation = at % 17 === 0 ? '<' : '=';
    yield {
      assay: `A${at % assays}`,
      structure: (at * 31 + Math.floor(at / assays) * 7) % structures,
      value,
      relation,
    };
  }
}
