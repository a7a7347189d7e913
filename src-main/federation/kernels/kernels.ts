/** The kernels at work: a block at a time goes through one small memory that stays in the processor's cache. One per thread, and nothing in it outlives a call. */
import { kernelModule } from './code.ts';

/** Numbers of a block, at most. A multiple of 48, so that blocks end with whole groups in every ring. */
export const blockNumbers = 3 << 12;
/** Bytes of a block of packed numbers, at most: what is added, what to, and a keystream fit into a core's own cache. */
export const blockBytes = blockNumbers * 4;

/** Kernels go in steps of up to 64 bytes and may read and write so much beyond a block. */
const slack = 64;
const areaBytes = blockBytes + slack;
const areas = 6;
/** Vectors that are added in one pass: what they are added to is read and written once for all of them. */
export const addedAtOnce = 5;
const pages = Math.ceil((areas * areaBytes) / 65_536);
const module = new WebAssembly.Instance(
  new WebAssembly.Module(kernelModule(pages, { count: addedAtOnce, apart: areaBytes })),
).exports;

type Kernel<Result = void> = (...values: readonly number[]) => Result;

export const kernels = module as unknown as {
  readonly [Name in
    | `add${8 | 12 | 16 | 32}x${1 | 2 | 3 | 4 | 5}`
    | `pack${8 | 12 | 16}`
    | `unpack${8 | 12 | 16}`
    | 'scale'
    | 'adam']: Kernel;
} & { readonly [Name in 'roundValues' | 'roundFixed' | 'squares']: Kernel<number> };

const { buffer } = module.memory as WebAssembly.Memory;

/** A part of the memory, as what it holds. */
export type Area = {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly int32: Int32Array;
  readonly float32: Float32Array;
};

const area = (index: number): Area => {
  const at = index * areaBytes;
  return {
    at,
    bytes: new Uint8Array(buffer, at, areaBytes),
    int32: new Int32Array(buffer, at, areaBytes / 4),
    float32: new Float32Array(buffer, at, areaBytes / 4),
  };
};

/** Each use of the kernels takes what it needs: integers as they are summed, as numbers and packed, and floats. */
export const memory = {
  sums: area(0),
  others: area(1),
  ints: area(2),
  packed: area(3),
  floats: area(4),
  moreFloats: area(5),
};

/** What is added at once, one behind the other: the areas that encoding uses between additions. */
export const addends: readonly Area[] = [memory.others, memory.ints, memory.packed, memory.floats, memory.moreFloats];
