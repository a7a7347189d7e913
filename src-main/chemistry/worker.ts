/** The thread that holds one instance of the toolkit: takes batches of structures, answers with results in their order. */
import { parentPort, workerData } from 'node:worker_threads';
import { drawingDetails } from './drawing.ts';
import { guard, type Structure } from './guards.ts';
import { molecularWeight } from './molecular-weight.ts';
import { answerEach } from './own-fault.ts';
import { type StandardStructure, standardise } from './standardise.ts';
import { startToolkit } from './toolkit.ts';
import type { FromWorker, ToWorker, WorkerStart } from './worker-message.ts';

const { toolkit: compiled, parameters, permutation, begun } = workerData as WorkerStart;
const toolkit = await startToolkit(compiled);
const tell = (message: FromWorker) => parentPort?.postMessage(message);

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'close') {
    parentPort?.close();
    return;
  }
  const first = Atomics.load(begun, 0);
  try {
    tell(answer(message));
  } catch (error) {
    tell({ kind: 'broken', at: Atomics.load(begun, 0) - first - 1, reason: String(error) });
  }
});
tell({ kind: 'ready' });

function answer(message: Exclude<ToWorker, { readonly kind: 'close' }>): FromWorker {
  const each = <Result>(work: (structure: Structure) => Result, otherwise: (error: Error) => Result): Result[] =>
    answerEach(
      message.structures,
      (structure) => {
        Atomics.add(begun, 0, 1);
        return work(structure);
      },
      otherwise,
    );
  switch (message.kind) {
    case 'standardise':
      return {
        kind: 'standardised',
        results: each<StandardStructure>(
          (structure) => standardise(structure, toolkit, parameters, permutation),
          (error) => ({ ok: false, failure: 'unreadable', detail: String(error) }),
        ),
      };
    case 'weigh':
      return { kind: 'weighed', results: each(weigh, () => undefined) };
    case 'molBlocks':
      return {
        kind: 'blocks',
        results: each(
          (structure) => (guard(structure) ? undefined : (toolkit.molBlockOf(structure) ?? undefined)),
          () => undefined,
        ),
      };
    case 'draw': {
      const details = drawingDetails(message.drawing);
      const { alignTo, compareWith } = message.drawing;
      const safe = (other: Structure | undefined) => (other && guard(other) === undefined ? other : undefined);
      return {
        kind: 'drawn',
        results: each(
          (structure) => (guard(structure) ? null : toolkit.draw(structure, details, safe(alignTo), safe(compareWith))),
          () => null,
        ),
      };
    }
  }
}

function weigh(structure: Structure): number | undefined {
  if (guard(structure)) return undefined;
  const parsed = toolkit.parse(structure);
  return 'complaint' in parsed ? undefined : molecularWeight(parsed.graph);
}
