/** Opens onnxruntime sessions, in the training process only: a run blocks the thread that it is called on. */
import ort from 'onnxruntime-node';
import type { ProviderName } from '../contract/providers.ts';

// What fails is thrown, with the same words.
ort.env.logLevel = 'fatal';

export type Feeds = Readonly<Record<string, ort.Tensor>>;
export type Session = {
  /** Writes outputs into the tensors that are given for them, and returns all of them by name. */
  readonly run: (feeds: Feeds, into?: Feeds) => Promise<Feeds>;
  readonly release: () => Promise<void>;
};

export type Place = {
  readonly provider: ProviderName;
  /** Outputs stay on the device: only WebGPU can, and `getData` ends the process; webgpu/stepper.ts has a graph that reads them. */
  readonly keepsOutputs?: boolean;
  /** Refuses a graph with operators that the provider would hand to the CPU's. */
  readonly whole?: boolean;
};

/** As onnxruntime calls them. */
const nameInOnnxruntime = { cpu: 'cpu', webgpu: 'webgpu', cuda: 'cuda', directml: 'dml', coreml: 'coreml' } as const;

/** @param threads 1 wherever a graph adds to duplicate indices; see train-graph.ts */
export async function openSession(
  model: Uint8Array,
  threads: number,
  { provider, keepsOutputs = false, whole = false }: Place = { provider: 'cpu' },
): Promise<Session> {
  const session = await ort.InferenceSession.create(model, {
    executionProviders: [nameInOnnxruntime[provider]],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // DirectML refuses sessions that plan their memory ahead; see "DirectML Execution Provider" in onnxruntime's pages.
    ...(provider === 'directml' && { enableMemPattern: false }),
    ...(keepsOutputs && { preferredOutputLocation: 'gpu-buffer' as const }),
    extra: {
      session: { intra_op: { allow_spinning: '0' }, ...(whole && { disable_cpu_ep_fallback: '1' }) },
    },
  });
  const fetches = (into: Feeds) => Object.fromEntries(session.outputNames.map((name) => [name, into[name] ?? null]));
  return {
    run: (feeds, into = {}) => session.run(feeds, fetches(into)),
    release: () => session.release(),
  };
}

/** What this build of onnxruntime knows, whether or not the machine has it; the CPU first. */
export const builtProviders = (): readonly ProviderName[] => {
  const known = new Set(ort.listSupportedBackends().map(({ name }) => name));
  const names = Object.keys(nameInOnnxruntime) as ProviderName[];
  return names.filter((name) => known.has(nameInOnnxruntime[name]));
};

export const floats = (values: Float32Array, shape: readonly number[] = [values.length]): ort.Tensor =>
  new ort.Tensor('float32', values, shape);

export const scalar = (value: number): ort.Tensor => floats(Float32Array.of(value), []);

export const bools = (values: Uint8Array, shape: readonly number[]): ort.Tensor =>
  new ort.Tensor('bool', values, shape);

export const integers32 = (values: Int32Array, shape: readonly number[] = [values.length]): ort.Tensor =>
  new ort.Tensor('int32', values, shape);

/** Whole numbers of 32 bits as int64: written as pairs of words, many times faster than through BigInt. */
export function integers(values: ArrayLike<number>, shape: readonly number[] = [values.length]): ort.Tensor {
  const words = new Int32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    words[2 * i] = values[i]!;
    words[2 * i + 1] = values[i]! >> 31;
  }
  return new ort.Tensor('int64', new BigInt64Array(words.buffer), shape);
}
