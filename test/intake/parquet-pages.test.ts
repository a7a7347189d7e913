import fc from 'fast-check';
import { parquetMetadata } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { ChoraleError } from '../../src-main/contract/errors.ts';
import { smiles } from './molecules.ts';
import { readFile } from './read-file.ts';
import { bench } from './workspace-for-tests.ts';

const { file } = bench();
const rows = Array.from({ length: 900 }, (_, i) => i);
const units = ['nM', 'uM', 'mM'];

/** Each kind of page that is written: texts, few texts, numbers, gaps, words of two kinds; whole and compressed. */
const columnData: ColumnSource[] = [
  { name: 'id', data: rows.map((i) => `C-${i}`), encoding: 'PLAIN' },
  { name: 'unit', data: rows.map((i) => units[i % 3]), encoding: 'RLE_DICTIONARY' },
  { name: 'value', data: rows.map((i) => (i % 7 === 0 ? null : i / 8)), type: 'DOUBLE', nullable: true },
  { name: 'note', data: rows.map((i) => (i % 5 < 2 ? null : smiles(i))), nullable: true, encoding: 'RLE_DICTIONARY' },
  { name: 'count', data: Int32Array.from(rows), encoding: 'DELTA_BINARY_PACKED' },
  { name: 'flag', data: rows.map((i) => i % 2 === 0), type: 'BOOLEAN' },
];
const written = (['UNCOMPRESSED', 'SNAPPY'] as const).map((codec) => {
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData, codec, pageSize: 700, rowGroupSize: [500, 400] }));
  return { codec, bytes, headers: headersOf(bytes) };
});

type HeaderAt = { readonly column: string; readonly rowGroup: number; readonly from: number; readonly to: number };

/** Where the headers of all pages stand. */
function headersOf(bytes: Uint8Array): HeaderAt[] {
  const metadata = parquetMetadata(bytes.buffer as ArrayBuffer);
  return metadata.row_groups.flatMap(({ columns }, group) =>
    columns.flatMap(({ meta_data: of }) => {
      const start = Number(of!.dictionary_page_offset ?? of!.data_page_offset);
      const end = start + Number(of!.total_compressed_size);
      const found: HeaderAt[] = [];
      for (let at = start; at < end; ) {
        const reader = { view: new DataView(bytes.buffer, at), offset: 0 };
        const { compressed_page_size: size } = parquetHeader(reader);
        found.push({ column: of!.path_in_schema[0]!, rowGroup: group + 1, from: at, to: at + reader.offset });
        at += reader.offset + size;
      }
      return found;
    }),
  );
}

/** Cells, or the refusal. */
async function outcome(bytes: Uint8Array): Promise<unknown> {
  try {
    return (await readFile(file('pages.parquet', bytes))).cells;
  } catch (error) {
    if (error instanceof ChoraleError) return error;
    throw error;
  }
}

describe.each(written)('a Parquet file ($codec) whose page headers lie', ({ bytes, headers }) => {
  it('has several pages of each kind to lie with', () => {
    const kinds = headers.map(({ from }) => parquetHeader({ view: new DataView(bytes.buffer, from), offset: 0 }).type);
    expect(new Set(kinds).size).toBeGreaterThan(1);
    expect(headers.length).toBeGreaterThan(20);
  });

  it('never gives a wrong cell: it reads as it was, or is refused by column and row group', async () => {
    const whole = await outcome(bytes);
    const place = fc.constantFrom(...headers.flatMap((header) => rangeOf(header.from, header.to, header)));
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 255 }), async ({ at, header }, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at] = changed[at]! ^ flip;
        const found = await outcome(changed);
        if (!(found instanceof ChoraleError)) expect(found).toEqual(whole);
        else if (found.data.reason === 'damaged-column') expect(found.data).toMatchObject(placeOf(header));
        else expect(['inflates-too-far', 'unsupported-compression']).toContain(found.data.reason);
      }),
      { numRuns: 400 },
    );
  });

  it('is refused where one page says a value more or a value less than it has', async () => {
    for (const header of headers.filter(({ column }) => column !== 'flag')) {
      for (const step of [2, -2]) {
        const changed = Uint8Array.from(bytes);
        const at = countAt(changed, header);
        if (at === undefined) continue;
        changed[at] = changed[at]! + step; // zigzag: two steps are one value
        expect(await outcome(changed)).toMatchObject({ code: 'FILE_UNREADABLE', data: placeOf(header) });
      }
    }
  });
});

const rangeOf = (from: number, to: number, header: HeaderAt) =>
  Array.from({ length: to - from }, (_, i) => ({ at: from + i, header }));

const placeOf = ({ column, rowGroup }: HeaderAt) => ({ column, rowGroup, reason: 'damaged-column' });

/** The byte that alone decides the count of the values of a data page; undefined for a dictionary. */
function countAt(bytes: Uint8Array, { from, to }: HeaderAt): number | undefined {
  const countOf = () => {
    const {
      type,
      data_page_header: first,
      data_page_header_v2: second,
    } = parquetHeader({
      view: new DataView(bytes.buffer, from),
      offset: 0,
    });
    return type === 'DICTIONARY_PAGE' ? undefined : (first?.num_values ?? second?.num_values);
  };
  const count = countOf();
  if (count === undefined) return undefined;
  for (let at = from; at < to; at += 1) {
    const before = bytes[at]!;
    bytes[at] = before ^ 2;
    let now: number | undefined;
    try {
      now = countOf();
    } catch {
      now = undefined;
    }
    bytes[at] = before;
    if (now !== undefined && Math.abs(now - count) === 1 && (before & 127) > 1 && (before & 127) < 126) return at;
  }
  return undefined;
}
