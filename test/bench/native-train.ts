/** Training alone at the size that SparseChem is used in, against the same step in torch, where there is one. */
import { compactionOf, compactTrunk } from '../../src-main/training/compaction.ts';
import { openCpuStepper } from '../../src-main/training/cpu/stepper.ts';
import { newHead } from '../../src-main/training/head.ts';
import { labelsOfHeads, sparseHeads } from '../../src-main/training/labels.ts';
import { namedTrunk } from '../../src-main/training/lesson.ts';
import { createDeck, draw, minibatch } from '../../src-main/training/minibatch.ts';
import { fingerprintBits, initialTrunk } from '../../src-main/training/network.ts';
import { classifying, sizeOfTensor } from '../../src-main/training/network-shape.ts';
import { randomFrom } from '../../src-main/training/random.ts';
import { rowsOfRole } from '../../src-main/training/roles.ts';
import { stateTensors } from '../../src-main/training/train-graph.ts';
import { peakResident } from './peak-memory.ts';
import { openPython } from './python.ts';
import type { Bench } from './run.ts';
import { benchTable } from './train-step.ts';

const width = 1600;
const tasks = 1000;
/** One in a hundred of the tasks. */
const labelsPerCompound = 10;
const dropout = { units: 0.5, bits: 0 };

export const trainAgainstTorch = (batch: number): Bench => ({
  name: `train step against torch, batch ${batch}, ${width} units, ${tasks} tasks, 1 % labels, one thread`,
  unit: 'step',
  turns: 5,
  async open() {
    const torch = await openPython('native-train.py');
    if (torch === undefined) {
      console.log(`Skipped, since no Python here has torch: train step against torch, batch ${batch}`);
      return [];
    }
    await torch.ask({ hidden: width, tasks, inputs: fingerprintBits, dropout: dropout.units });
    const table = benchTable(Math.ceil(1.8 * batch) + 2000, tasks, labelsPerCompound);
    const compaction = compactionOf(table);
    const heads = classifying(tasks);
    const labels = labelsOfHeads(table, heads, {});
    const random = randomFrom(2);
    const deck = createDeck(rowsOfRole(table, 'train'), random);
    const drawn = () => minibatch(table, labels, draw(deck, batch), { hidden: [width], heads }, dropout, random);
    const sampled = sparseHeads(labels, rowsOfRole(table, 'train'));
    const shape = { rows: compaction.trained, hidden: [width], heads, batch, sampled };
    const stepper = await openCpuStepper(shape, 'adam', compaction, {
      ...namedTrunk(compactTrunk(initialTrunk([width], 1), compaction, compaction.trained)),
      ...newHead(width, heads, 1).tensors,
    });
    const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
    const state = 4 * stateTensors(shape, 'adam').reduce((sum, tensor) => sum + sizeOfTensor(tensor), 0);
    let taken = 0;
    return [
      {
        name: `torch ${torch.version}`,
        async run() {
          const { compounds, bits, bitCompounds, labels } = drawn();
          const { cells, targets, weights } = labels.classification!;
          const lists = { bits, owners: bitCompounds, cells, targets, weights };
          const plain = Object.entries(lists).map(([name, list]) => [name, Array.from(list)] as const);
          const answer = await torch.ask({ compounds: compounds.length, ...Object.fromEntries(plain) });
          return { units: 1, milliseconds: (answer as { readonly milliseconds: number }).milliseconds };
        },
        close: async () => torch.close(),
      },
      {
        name: 'state in place, drawing included',
        async run() {
          const before = process.cpuUsage();
          await stepper.run([drawn()], { trunk: 1e-3, head: 1e-3, keptBits: 1, keptUnits: 0.5 }, taken++);
          const { user, system } = process.cpuUsage(before);
          return { units: 1, milliseconds: (user + system) / 1000 };
        },
        summary: () =>
          `state ${megabytes(state)} of ${compaction.trained} rows; this process at its peak ${megabytes(peakResident())}`,
        close: stepper.close,
      },
    ];
  },
});
