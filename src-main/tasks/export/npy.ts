/** NumPy's array files: .npy, and .npz with a compressed sparse matrix as SciPy keeps it. */
import { Zip, ZipDeflate } from 'fflate';
import { type Sink, writeWhole } from './whole-file.ts';

/** Element types by NumPy's own names; all little endian, as memory is here. */
export type Type = '|i1' | '<i4' | '<i8' | '<f4' | '<f8' | '|S3';

export type Column = Int8Array | Int32Array | BigInt64Array | Float32Array | Float64Array | Uint8Array;

export type ArrayFile = {
  readonly type: Type;
  readonly shape: readonly number[];
  /** The elements in their order, in pieces of any length. */
  readonly pieces: Iterable<Column>;
};

/** Rows of sorted columns; zeros stand where they are written. */
export type SparseMatrix = {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 */
  readonly offsets: Uint32Array;
  readonly indices: Iterable<Int32Array>;
  readonly data: { readonly type: Type; readonly pieces: Iterable<Column> };
};

/** Version 1.0 of the format: a header that says type and shape, padded to 64 bytes, then the elements. */
export function npyHeader(type: Type, shape: readonly number[]): Uint8Array {
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const length = Math.ceil((magic.length + 2 + description.length + 1) / 64) * 64;
  const header = new Uint8Array(length).fill(0x20);
  header.set(magic);
  new DataView(header.buffer).setUint16(magic.length, length - magic.length - 2, true);
  header.set(new TextEncoder().encode(description), magic.length + 2);
  header[length - 1] = 0x0a;
  return header;
}

export const writeNpy = (path: string, { type, shape, pieces }: ArrayFile): Promise<void> =>
  writeWhole(path, async (sink) => {
    await sink(npyHeader(type, shape));
    for (const piece of pieces) await sink(bytesOf(piece));
  });

/** As scipy.sparse.save_npz does, so that load_npz reads it. Nothing is held but what is being written. */
export const writeSparse = (path: string, { rows, columns, offsets, indices, data }: SparseMatrix): Promise<void> =>
  writeWhole(path, async (sink) => {
    const entries = offsets[rows]!;
    const zip = zipInto(sink);
    await zip.add('indices.npy', { type: '<i4', shape: [entries], pieces: indices });
    await zip.add('indptr.npy', { type: '<i4', shape: [rows + 1], pieces: [Int32Array.from(offsets)] });
    await zip.add('format.npy', { type: '|S3', shape: [], pieces: [new TextEncoder().encode('csr')] });
    await zip.add('shape.npy', { type: '<i8', shape: [2], pieces: [BigInt64Array.of(BigInt(rows), BigInt(columns))] });
    await zip.add('data.npy', { type: data.type, shape: [entries], pieces: data.pieces });
    await zip.end();
  });

const magic = Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0);

/** Squeezes as it goes: the pieces come out of the archive as they are ready. */
function zipInto(sink: Sink) {
  const ready: Uint8Array[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, piece) => {
    failure ??= error;
    ready.push(piece);
  });
  const flush = async () => {
    if (failure !== null) throw failure;
    for (const piece of ready.splice(0)) await sink(piece);
  };
  return {
    async add(name: string, { type, shape, pieces }: ArrayFile): Promise<void> {
      const entry = new ZipDeflate(name, { level: 6 });
      entry.mtime = new Date(1980, 0, 1); // the same data give the same file
      zip.add(entry);
      entry.push(npyHeader(type, shape));
      for (const piece of pieces) {
        entry.push(bytesOf(piece));
        await flush();
      }
      entry.push(new Uint8Array(), true);
      await flush();
    },
    async end(): Promise<void> {
      zip.end();
      await flush();
    },
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Column): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
