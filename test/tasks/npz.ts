/** Reads NumPy's files back without the code that wrote them: zip, .npy header, elements. */
import { unzipSync } from 'fflate';

export type Npy = {
  readonly descr: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
};

export function readNpy(bytes: Uint8Array): Npy {
  const magic = String.fromCharCode(...bytes.subarray(0, 6));
  if (magic !== '\u0093NUMPY' || bytes[6] !== 1) throw new Error('no .npy of version 1');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = 10 + view.getUint16(8, true);
  if (end % 64 !== 0) throw new Error('the header is not padded');
  const header = new TextDecoder('latin1').decode(bytes.subarray(10, end));
  const [, descr, order, dimensions] =
    /^\{'descr': '([^']+)', 'fortran_order': (\w+), 'shape': \(([^)]*)\), \} *\n$/.exec(header)!;
  if (order !== 'False') throw new Error('column by column');
  const shape = dimensions!
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
    .map(Number);
  const count = shape.reduce((product, size) => product * size, 1);
  const size = Number(descr!.slice(2));
  if (bytes.length !== end + count * size) throw new Error('elements are missing');
  const read: Readonly<Record<string, (at: number) => number | string>> = {
    '|i1': (at) => view.getInt8(at),
    '<i4': (at) => view.getInt32(at, true),
    '<i8': (at) => Number(view.getBigInt64(at, true)),
    '<f4': (at) => view.getFloat32(at, true),
    '|S3': (at) => new TextDecoder().decode(bytes.subarray(at, at + 3)),
  };
  return { descr: descr!, shape, data: Array.from({ length: count }, (_, at) => read[descr!]!(end + at * size)) };
}

export type Sparse = {
  readonly shape: readonly number[];
  readonly types: { readonly data: string; readonly indices: string };
  /** By row: column to value, explicit zeros too. */
  readonly rows: readonly ReadonlyMap<number, number>[];
};

export function readSparse(bytes: Uint8Array): Sparse {
  const entries = unzipSync(bytes);
  if (Object.keys(entries).sort().join() !== 'data.npy,format.npy,indices.npy,indptr.npy,shape.npy') {
    throw new Error(`no sparse matrix: ${Object.keys(entries).join()}`);
  }
  const array = (name: string) => readNpy(entries[`${name}.npy`]!);
  const [data, format, indices, offsets, shape] = ['data', 'format', 'indices', 'indptr', 'shape'].map(array) as [
    Npy,
    Npy,
    Npy,
    Npy,
    Npy,
  ];
  if (format.data.join() !== 'csr' || format.shape.length > 0) throw new Error('not compressed by rows');
  if (offsets.data.length !== Number(shape.data[0]) + 1 || offsets.data.at(-1) !== data.data.length)
    throw new Error('rows do not fit');
  return {
    shape: shape.data.map(Number),
    types: { data: data.descr, indices: indices.descr },
    rows: Array.from({ length: Number(shape.data[0]) }, (_, row) => {
      const [from, to] = [Number(offsets.data[row]), Number(offsets.data[row + 1])];
      return new Map(indices.data.slice(from, to).map((column, at) => [Number(column), Number(data.data[from + at])]));
    }),
  };
}
