/** One memory for the state of training, where kernels of WebAssembly and onnxruntime both reach it without copies. */
import { ChoraleError } from '../../contract/errors.ts';
import { type Kernels, kernelsOver } from './kernels.ts';

/** Numbers at an address of the memory. */
export type Area<List> = { readonly address: number; readonly values: List };

export type TrainingMemory = {
  readonly kernels: Kernels;
  readonly floats: Readonly<Record<string, Area<Float32Array>>>;
  /** The same memory as whole numbers. */
  readonly integers: Readonly<Record<string, Area<Uint32Array>>>;
};

/** A memory of WebAssembly has addresses of 32 bits; its last page stays free, so that every end has an address. */
const mostBytes = 2 ** 32 - 65_536;

/**
 * Sizes in numbers of four bytes; areas begin where a line of the cache does.
 * @param decays as `kernelsOver` takes it
 * @throws TRAINING_FAILED `no-memory` when a state of these sizes does not fit, or the machine has not so much left
 */
export function memoryOf(sizes: Readonly<Record<string, number>>, decays = false): TrainingMemory {
  let end = 0;
  const places = Object.entries(sizes).map(([name, size]) => {
    const place = { name, address: end, size };
    end += 64 * Math.ceil(size / 16);
    return place;
  });
  const kernels = end > mostBytes ? undefined : kernelsIn(end, decays);
  if (kernels === undefined) throw new ChoraleError('TRAINING_FAILED', { reason: 'no-memory' });
  const { buffer } = kernels.memory;
  const areas = <List>(view: (address: number, size: number) => List) =>
    Object.fromEntries(places.map(({ name, address, size }) => [name, { address, values: view(address, size) }]));
  return {
    kernels,
    floats: areas((address, size) => new Float32Array(buffer, address, size)),
    integers: areas((address, size) => new Uint32Array(buffer, address, size)),
  };
}

function kernelsIn(bytes: number, decays: boolean): Kernels | undefined {
  try {
    return kernelsOver(bytes, decays);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
