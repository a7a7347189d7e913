/** The process that onnxruntime runs in: started by Node's fork or Electron's utilityProcess, ended with its parent. */
import { availableParallelism } from 'node:os';
import type { Control } from '../contract/progress.ts';
import { failureOf } from './failure.ts';
import { createLearner } from './learner.ts';
import type { Answer, Ask, FromProcess, Kind, ToProcess } from './messages.ts';

/** Electron's port to whoever works with this process; Node's fork gives `process.send` instead. */
type Port = {
  readonly postMessage: (message: unknown) => void;
  readonly start: () => void;
  readonly on: {
    (event: 'message', listener: (event: { readonly data: unknown }) => void): void;
    (event: 'close', listener: () => void): void;
  };
};

type ParentPort = {
  readonly on: (event: 'message', listener: (event: { readonly ports: readonly Port[] }) => void) => void;
};

const parentPort = (process as { readonly parentPort?: ParentPort }).parentPort;
let tell: (message: FromProcess) => void = (message) => void process.send?.(message);
const learner = createLearner(Math.max(1, Math.floor(availableParallelism() / 2)));
const running = new Map<number, AbortController>();
let work: Promise<void> = Promise.resolve();

if (parentPort === undefined) {
  process.on('message', hear);
  process.on('disconnect', () => process.exit());
  tell({ ready: true });
} else {
  // Electron's main process is only the go-between: it passes on a port to the engine, for the tables are large.
  parentPort.on('message', ({ ports: [engine] }) => {
    if (engine === undefined) return;
    tell = (message) => engine.postMessage(message);
    engine.on('message', ({ data }) => hear(data));
    engine.on('close', () => process.exit());
    engine.start();
    tell({ ready: true });
  });
}

function hear(message: unknown): void {
  const heard = message as ToProcess;
  if ('cancel' in heard) {
    running.get(heard.id)?.abort();
    return;
  }
  const { id, kind, ask } = heard;
  const controller = new AbortController();
  running.set(id, controller);
  const control: Control = { signal: controller.signal, report: (progress) => tell({ id, progress }) };
  // One after the other: sessions share the processor, and requests the head.
  work = work.then(async () => {
    try {
      tell({ id, answer: await perform(id, kind, ask, control) });
    } catch (error) {
      tell({ id, error: failureOf(error) });
    } finally {
      running.delete(id);
    }
  });
}

function perform<K extends Kind>(id: number, kind: K, ask: Ask<K>, control: Control): Promise<Answer<K>> {
  return learner[kind](ask, control, (point) => tell({ id, point }));
}
