/** The train step on a table of the size of a small partner: ONNX graph against plain TypeScript over the same batches. */

import type { TrainingTable } from '../../src-main/tasks/training-table.ts';
import { compactionOf, compactTrunk } from '../../src-main/training/compaction.ts';
import { openCpuStepper } from '../../src-main/training/cpu/stepper.ts';
import { newHead } from '../../src-main/training/head.ts';
import { labelsOfHeads } from '../../src-main/training/labels.ts';
import { namedTrunk } from '../../src-main/training/lesson.ts';
import { createDeck, draw, minibatch } from '../../src-main/training/minibatch.ts';
import { initialTrunk } from '../../src-main/training/network.ts';
import { classifying } from '../../src-main/training/network-shape.ts';
import { below, randomFrom } from '../../src-main/training/random.ts';
import { rowsOfRole } from '../../src-main/training/roles.ts';
import { openStepper, type Stepper } from '../../src-main/training/stepper.ts';
import { stateTensors } from '../../src-main/training/train-graph.ts';
import { plainStep } from './plain-step.ts';
import type { Bench, Candidate } from './run.ts';

const width = 256;
const tasks = 100;
const stepsPerTurn = 8;

/** `alone`: Adam on everything. `federated`: SGD on the trunk, Adam on the head. */
export const trainStep = (batch: number, kind: 'alone' | 'federated'): Bench => ({
  name: `train step ${kind}, batch ${batch}, ${width} units, ${tasks} tasks`,
  unit: 'step',
  turns: 9,
  async open() {
    const optimiser = kind === 'alone' ? 'adam' : 'sgd';
    const table = benchTable(3700, tasks, 2);
    const compaction = compactionOf(table);
    const random = randomFrom(2);
    const deck = createDeck(rowsOfRole(table, 'train'), random);
    const heads = classifying(tasks);
    const labels = labelsOfHeads(table, heads, {});
    const dropout = { units: 0.5, bits: 0 };
    const batches = Array.from({ length: stepsPerTurn }, () =>
      minibatch(table, labels, draw(deck, batch), { hidden: [width], heads }, dropout, random),
    );
    const shape = { rows: compaction.trained, hidden: [width], heads, batch };
    const start = {
      ...namedTrunk(compactTrunk(initialTrunk([width], 1), compaction, compaction.trained)),
      ...newHead(width, heads, 1).tensors,
    };
    const state = Object.fromEntries(
      stateTensors(shape, optimiser).map(({ name, shape }) => [
        name,
        (start as Record<string, Float32Array>)[name]?.slice() ?? new Float32Array(shape.reduce((a, b) => a * b, 1)),
      ]),
    );
    const rates = { trunk: 1e-3, head: 1e-3, keptBits: 1, keptUnits: 1 };
    const stepping = (name: string, stepper: Stepper): Candidate => {
      let taken = 0;
      return {
        name,
        run: () =>
          inProcessorTime(async () => {
            await stepper.run(batches, rates, taken);
            taken += stepsPerTurn;
          }),
        close: stepper.close,
      };
    };
    let plainSteps = 0;
    return [
      {
        name: 'plain TypeScript, sparse bits',
        run: () =>
          inProcessorTime(async () => {
            for (const drawn of batches) {
              plainStep(state, { width, tasks, batch }, drawn, compaction, optimiser, ++plainSteps);
            }
          }),
      },
      stepping('Loop that carries the state', await openStepper(shape, optimiser, compaction, start)),
      stepping('state in place', await openCpuStepper(shape, optimiser, compaction, start)),
      ...(kind === 'alone'
        ? []
        : [stepping('for comparison: Adam on everything', await openCpuStepper(shape, 'adam', compaction, start))]),
    ];
  },
});

/** The machine may be busy with other work: what counts is what the steps themselves take. */
async function inProcessorTime(take: () => Promise<void>) {
  const before = process.cpuUsage();
  await take();
  const { user, system } = process.cpuUsage(before);
  return { units: stepsPerTurn, milliseconds: (user + system) / 1000 };
}

/** Compounds of 73 bits: 3,700 have about as many different ones as a partner's 3,700 real compounds. */
export function benchTable(rows: number, tasks: number, labelsPerCompound: number): TrainingTable {
  const random = randomFrom(1);
  const share = () => random() / 2 ** 32;
  const bitOffsets = new Uint32Array(rows + 1);
  const bitIndices: number[] = [];
  const labels: { row: number; task: number }[] = [];
  for (let row = 0; row < rows; row++) {
    const bits = new Set<number>();
    while (bits.size < 73) bits.add(Math.floor(share() < 0.7 ? share() ** 2 * 600 : share() ** 1.7 * 32_000));
    bitIndices.push(...[...bits].sort((a, b) => a - b));
    bitOffsets[row + 1] = bitIndices.length;
    const labelled = new Set(Array.from({ length: labelsPerCompound }, () => below(random, tasks)));
    for (const task of [...labelled].sort((a, b) => a - b)) labels.push({ row, task });
  }
  return {
    rows,
    bitOffsets,
    bitIndices: Uint16Array.from(bitIndices),
    folds: Uint8Array.from({ length: rows }, () => below(random, 5)),
    tasks: Array.from({ length: tasks }, (_, task) => ({
      taskId: task,
      assayId: task,
      threshold: 6,
      auxiliary: false,
      evaluationQuorum: true,
      trainingWeight: 1,
      aggregationWeight: 1,
    })),
    labelRows: Uint32Array.from(labels, ({ row }) => row),
    labelTasks: Uint32Array.from(labels, ({ task }) => task),
    labelValues: Int8Array.from(labels, () => (below(random, 3) === 0 ? 1 : -1)),
  };
}
