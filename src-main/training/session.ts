/** Opens onnxruntime sessions, in the training process only: a run blocks the thread that it is called on. */
import ort from 'onnxruntime-node';
import { executionProvider } from './provider.ts';

export type Feeds = Readonly<Record<string, ort.Tensor>>;
export type Session = {
  /** Writes outputs into the tensors that are given for them, and returns all of them by name. */
  readonly run: (feeds: Feeds, into?: Feeds) => Promise<Feeds>;
  readonly release: () => Promise<void>;
};

/** @param threads 1 wherever a graph adds to duplicate indices; see train-graph.ts */
export async function openSession(model: Uint8Array, threads: number): Promise<Session> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [executionProvider.name],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  });
  const fetches = (into: Feeds) => Object.fromEntries(session.outputNames.map((name) => [name, into[name] ?? null]));
  return {
    run: (feeds, into = {}) => session.run(feeds, fetches(into)),
    release: () => session.release(),
  };
}

export const floats = (values: Float32Array, shape: readonly number[] = [values.length]): ort.Tensor =>
  new ort.Tensor('float32', values, shape);

export const scalar = (value: number): ort.Tensor => floats(Float32Array.of(value), []);

export const bools = (values: Uint8Array, shape: readonly number[]): ort.Tensor =>
  new ort.Tensor('bool', values, shape);

/** Whole numbers of 32 bits as int64: written as pairs of words, many times faster than through BigInt. */
export function integers(values: ArrayLike<number>, shape: readonly number[] = [values.length]): ort.Tensor {
  const words = new Int32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    words[2 * i] = values[i]!;
    words[2 * i + 1] = values[i]! >> 31;
  }
  return new ort.Tensor('int64', new BigInt64Array(words.buffer), shape);
}
