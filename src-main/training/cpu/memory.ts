/** One memory for the state of training, where kernels of WebAssembly and onnxruntime both reach it without copies. */
import { type Kernels, kernelsOver } from './kernels.ts';

/** Numbers at an address of the memory. */
export type Area<List> = { readonly address: number; readonly values: List };

/** Sizes in numbers of four bytes; areas begin where a line of the cache does. */
export function memoryOf<Name extends string>(sizes: Readonly<Record<Name, number>>) {
  let end = 0;
  const places = Object.entries<number>(sizes).map(([name, size]) => {
    const place = { name, address: end, size };
    end += 64 * Math.ceil(size / 16);
    return place;
  });
  const kernels: Kernels = kernelsOver(end);
  const { buffer } = kernels.memory;
  const areas = <List>(view: (address: number, size: number) => List) =>
    Object.fromEntries(
      places.map(({ name, address, size }) => [name, { address, values: view(address, size) }]),
    ) as Record<Name, Area<List>>;
  return {
    kernels,
    floats: areas((address, size) => new Float32Array(buffer, address, size)),
    integers: areas((address, size) => new Uint32Array(buffer, address, size)),
  };
}
