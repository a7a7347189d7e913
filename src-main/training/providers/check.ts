/** Trains a little on an invented table, in the training process: how fast a provider is, and whether it is right. */
import type { CheckedProvider, ProviderName, ProviderReport } from '../../contract/providers.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { compactTrunk } from '../compaction.ts';
import { newHead } from '../head.ts';
import { labelsOfHeads, sparseHeads } from '../labels.ts';
import { namedTrunk, prepareLesson } from '../lesson.ts';
import { createDeck, draw, minibatch } from '../minibatch.ts';
import { initialTrunk } from '../network.ts';
import { classifying } from '../network-shape.ts';
import { stepsToSettling } from '../optimiser.ts';
import { below, randomFrom } from '../random.ts';
import type { Rates, State } from '../stepper.ts';
import { openStepperOn } from './open-stepper.ts';

/** The size of a partner with 4,000 compounds: its bits are as unevenly set as those of real ones. */
export const checkLesson: ProviderReport['lesson'] = {
  compounds: 4000,
  bits: 73,
  tasks: 100,
  hidden: [256],
  batch: 256,
};

/** Steps that are compared with the CPU's; the first ones also prepare the device's programs, so they are not timed. */
const comparedSteps = 3;
const mostTimedSteps = 200;

export type ProviderCheck = Pick<CheckedProvider, 'steps'> & {
  readonly rowsPerSecond: number;
  readonly difference: number;
};

/**
 * @param seconds how long steps are timed, at least one
 * @throws Error of onnxruntime when the provider cannot be used
 */
export async function checkProvider(
  provider: ProviderName,
  seconds: number,
  lesson: ProviderReport['lesson'] = checkLesson,
): Promise<ProviderCheck> {
  const { table, compaction, trainingRows } = prepareLesson(inventedTable(lesson));
  const { tasks, hidden, batch } = lesson;
  const heads = classifying(tasks);
  const labels = labelsOfHeads(table, heads, {});
  const shape = { rows: compaction.trained, hidden, heads, batch, sampled: sparseHeads(labels, trainingRows) };
  const start = {
    ...namedTrunk(compactTrunk(initialTrunk(hidden, 1), compaction, compaction.trained)),
    ...newHead(hidden.at(-1)!, heads, 1).tensors,
  };
  const random = randomFrom(2);
  const deck = createDeck(trainingRows, random);
  const batches = Array.from({ length: 8 }, () =>
    minibatch(table, labels, draw(deck, batch), shape, { units: 0.5, bits: 0 }, random),
  );
  const rates: Rates = { trunk: 1e-3, head: 1e-3, keptBits: 1, keptUnits: 0.5 };
  const open = (name: ProviderName) => openStepperOn(name)(shape, 'adam', compaction, start);

  const asked = await open(provider);
  try {
    await asked.run(batches.slice(0, comparedSteps), rates, 0);
    const reached = await asked.state();
    const difference = provider === 'cpu' ? 0 : await differenceFromCpu(reached);

    let taken = comparedSteps;
    const begun = performance.now();
    const elapsed = () => (performance.now() - begun) / 1000;
    // Runs become longer as they turn out to be short: a slow device is timed by a single step.
    for (let count = 1; taken - comparedSteps < mostTimedSteps && elapsed() < seconds; count *= 2) {
      const run = Math.min(count, batches.length, stepsToSettling(taken));
      await asked.run(batches.slice(0, run), rates, taken);
      taken += run;
    }
    const steps = taken - comparedSteps;
    return { steps, rowsPerSecond: (steps * batch) / elapsed(), difference };
  } finally {
    await asked.close();
  }

  async function differenceFromCpu(reached: State): Promise<number> {
    const cpu = await open('cpu');
    try {
      await cpu.run(batches.slice(0, comparedSteps), rates, 0);
      return largestDifference(start, reached, await cpu.state());
    } finally {
      await cpu.close();
    }
  }
}

/** Of the weights of a tensor that has moved: the distance of the two ends, over how far the CPU's is from the start. */
function largestDifference(start: State, one: State, cpu: State): number {
  const distance = (a: Float32Array, b: Float32Array) =>
    Math.sqrt(a.reduce((sum, value, at) => sum + (value - b[at]!) ** 2, 0));
  const shares = Object.entries(start)
    .filter(([name]) => !/\.(first|second)$/.test(name))
    .map(([name, values]) => distance(one[name]!, cpu[name]!) / distance(cpu[name]!, values));
  // Weights that are no numbers differ as much as can be.
  return Math.max(...shares.map((share) => (Number.isFinite(share) ? share : Number.MAX_VALUE)));
}

function inventedTable({ compounds, bits, tasks }: ProviderReport['lesson']): TrainingTable {
  const random = randomFrom(1);
  const share = () => random() / 2 ** 32;
  const bitOffsets = new Uint32Array(compounds + 1);
  const bitIndices: number[] = [];
  const labels: { readonly row: number; readonly task: number }[] = [];
  for (let row = 0; row < compounds; row++) {
    const set = new Set<number>();
    while (set.size < bits) set.add(Math.floor(share() < 0.7 ? share() ** 2 * 600 : share() ** 1.7 * 32_000));
    bitIndices.push(...[...set].sort((a, b) => a - b));
    bitOffsets[row + 1] = bitIndices.length;
    const labelled = new Set([below(random, tasks), below(random, tasks)]);
    for (const task of [...labelled].sort((a, b) => a - b)) labels.push({ row, task });
  }
  return {
    rows: compounds,
    bitOffsets,
    bitIndices: Uint16Array.from(bitIndices),
    folds: new Uint8Array(compounds).fill(2),
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
