/**
 * The pages of one column in one row group. Each is held against what the file says of it elsewhere before any of its
 * values counts: a page that is wrong about its rows or sizes would move every value below it into another row.
 */
import type { ColumnMetaData, Compressors, ParquetParsers, SchemaTree } from 'hyparquet';
import { parquetHeader, readPage } from 'hyparquet/src/column.js';
import { convert, DEFAULT_PARSERS } from 'hyparquet/src/convert.js';
import type { Bytes } from './bytes.ts';

type Header = ReturnType<typeof parquetHeader>;
type Values = NonNullable<ReturnType<typeof readPage>['data']>;

/** The bytes of a page stand at `offset`, behind its header. */
type PageAt = { readonly header: Header; readonly offset: number };

export type Chunk = {
  readonly metadata: ColumnMetaData;
  /** From the root of the schema down to the column. */
  readonly path: readonly SchemaTree[];
  /** Of the row group. */
  readonly rows: number;
};

export type Decoding = {
  readonly bytes: Bytes;
  readonly compressors: Compressors;
  readonly parsers: Partial<ParquetParsers>;
};

/** Data pages with the first row of each, and the dictionary before them. */
type Pages = {
  readonly dictionary: PageAt | undefined;
  readonly data: readonly (PageAt & { readonly first: number; readonly rows: number })[];
};

/** What a header is first looked for in, and what it is given up beyond: its statistics may hold long values. */
const headerBytes = 1 << 12;
const headerLimit = 1 << 24;
/** Bytes, unpacked; a larger dictionary is unpacked anew for each page instead of kept. */
const keptDictionary = 1 << 22;

const isFlat = ({ path }: Chunk): boolean => path.length === 2 && path[1]!.element.repetition_type !== 'REPEATED';
const isOptional = ({ path }: Chunk): boolean => path[1]!.element.repetition_type !== 'REQUIRED';

/** @throws when its pages do not add up to what the footer says of the column */
export async function walkPages(chunk: Chunk, bytes: Bytes): Promise<Pages> {
  const { metadata, rows } = chunk;
  const { dictionary_page_offset: ofDictionary, data_page_offset: ofData } = metadata;
  const start = Number(ofDictionary === undefined || ofDictionary === 0n ? ofData : ofDictionary);
  const end = start + Number(metadata.total_compressed_size);
  const flat = isFlat(chunk);
  const data: Pages['data'][number][] = [];
  let dictionary: PageAt | undefined;
  let values = 0;
  let first = 0;
  for (let at = start; at < end; ) {
    const page = await headerAt(bytes, at, end);
    at = page.offset + page.header.compressed_page_size;
    if (page.header.type === 'DICTIONARY_PAGE') {
      hold(dictionary === undefined && data.length === 0, 'a second dictionary');
      dictionary = page;
      continue;
    }
    const said = countsOf(page.header);
    hold(metadata.encodings.length === 0 || isListed(said.encoding, metadata.encodings), 'an encoding of no page');
    hold(!flat || said.rows === undefined || said.rows === said.values, 'rows and values');
    const rowsOfPage = flat ? said.values : (said.rows ?? 0);
    data.push({ ...page, first, rows: rowsOfPage });
    values += said.values;
    first += rowsOfPage;
  }
  hold(values === Number(metadata.num_values), 'values');
  hold(!flat || first === rows, 'rows');
  return { dictionary, data };
}

/** @returns the values of the rows from `from` until before `to` within the group; each call begins where the last one ended */
export async function readFlatColumn(
  chunk: Chunk,
  { bytes, compressors, parsers }: Decoding,
): Promise<(from: number, to: number) => Promise<unknown[]>> {
  hold(isFlat(chunk), 'a column of one level');
  const { metadata, path } = chunk;
  const { dictionary, data } = await walkPages(chunk, bytes);
  const decoder = {
    pathInSchema: metadata.path_in_schema,
    type: metadata.type,
    element: path[1]!.element,
    schemaPath: [...path],
    codec: metadata.codec,
    parsers: { ...DEFAULT_PARSERS, ...parsers },
    compressors,
    utf8: false,
  };
  type Known = Parameters<typeof readPage>[3];
  const unpacked = async ({ header, offset }: PageAt, known: Known) => {
    // In a buffer of its own: what reads beyond the page must fail, not read what lies behind it.
    const stored = new Uint8Array(await bytes.at(offset, header.compressed_page_size));
    holdLevels(header, stored, isOptional(chunk));
    const view = new DataView(stored.buffer);
    return readPage({ view, offset: 0 }, header, decoder, known, undefined, 0).data ?? [];
  };
  let kept: Known;
  const dictionaryOf = async (): Promise<Known> => {
    if (dictionary === undefined || kept !== undefined) return kept;
    const found = convert(await unpacked(dictionary, undefined), decoder);
    if (dictionary.header.uncompressed_page_size <= keptDictionary) kept = found;
    return found;
  };
  let next = 0;
  let open: { readonly first: number; readonly end: number; readonly values: Values }[] = [];
  return async (from, to) => {
    open = open.filter(({ end }) => end > from);
    for (; next < data.length && data[next]!.first < to; next += 1) {
      const page = data[next]!;
      const values: Values = await unpacked(page, await dictionaryOf());
      holdValues(page, values);
      open.push({ first: page.first, end: page.first + page.rows, values });
    }
    const found: unknown[] = [];
    for (const { first, end, values } of open) {
      for (let row = Math.max(from, first); row < Math.min(to, end); row += 1) found.push(values[row - first]);
    }
    hold(found.length === to - from, 'rows');
    return found;
  };
}

async function headerAt(bytes: Bytes, at: number, end: number): Promise<PageAt> {
  for (let length = headerBytes; ; length *= 16) {
    const piece = await bytes.at(at, Math.min(length, end - at));
    const reader = { view: new DataView(piece.buffer, piece.byteOffset, piece.byteLength), offset: 0 };
    try {
      const header = parquetHeader(reader);
      hold(reader.offset <= piece.length, 'a header');
      const { compressed_page_size: stored, uncompressed_page_size: whole } = header;
      hold(isCount(stored) && isCount(whole) && at + reader.offset + stored <= end, 'bytes');
      return { header, offset: at + reader.offset };
    } catch (error) {
      if (length >= Math.min(headerLimit, end - at)) throw error;
    }
  }
}

function countsOf({ data_page_header: first, data_page_header_v2: second, ...page }: Header): {
  readonly values: number;
  readonly rows: number | undefined;
  readonly encoding: string;
} {
  if (page.type === 'DATA_PAGE' && first !== undefined) {
    hold(isCount(first.num_values), 'values');
    return { values: first.num_values, rows: undefined, encoding: first.encoding };
  }
  hold(page.type === 'DATA_PAGE_V2' && second !== undefined, 'data');
  const { num_values: values, num_rows: rows, num_nulls: nulls, is_compressed: packed, encoding } = second!;
  const levels = second!.definition_levels_byte_length + second!.repetition_levels_byte_length;
  hold([values, rows, nulls, levels].every(isCount) && rows <= values && nulls <= values, 'values');
  hold(levels <= page.compressed_page_size && levels <= page.uncompressed_page_size, 'levels');
  hold(packed !== false || page.compressed_page_size === page.uncompressed_page_size, 'bytes');
  return { values, rows, encoding };
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;

/** Two names of one way to number the values of a dictionary. */
const isListed = (encoding: string, listed: readonly string[]): boolean =>
  listed.includes(encoding) ||
  (encoding === 'RLE_DICTIONARY' && listed.includes('PLAIN_DICTIONARY')) ||
  (encoding === 'PLAIN_DICTIONARY' && listed.includes('RLE_DICTIONARY'));

/** Where the levels of a page end is said in its header alone. Format: parquet.apache.org, "Data Page V2", "RLE". */
function holdLevels({ type, data_page_header_v2: page }: Header, stored: Uint8Array, optional: boolean): void {
  if (type !== 'DATA_PAGE_V2' || page === undefined) return;
  const { definition_levels_byte_length: length, num_values: values, num_nulls: nulls } = page;
  hold(page.repetition_levels_byte_length === 0, 'levels');
  if (!optional) {
    hold(length === 0 && nulls === 0, 'levels');
    return;
  }
  const levels = runsOfBits(stored.subarray(0, length), values);
  hold(levels !== undefined && values - levels.ones === nulls, 'levels');
}

/** Of runs of one bit each: how many are set among the first `count`; undefined where the bytes are too many or too few. */
function runsOfBits(bytes: Uint8Array, count: number): { readonly ones: number } | undefined {
  let seen = 0;
  let ones = 0;
  let at = 0;
  while (at < bytes.length) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined || shift > 28) return undefined;
      header += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    const packed = header % 2 === 1;
    const length = Math.floor(header / 2) * (packed ? 8 : 1);
    if (seen >= count) return undefined;
    const wanted = Math.min(length, count - seen);
    if (packed) {
      for (let bit = 0; bit < wanted; bit += 1) ones += ((bytes[at + (bit >> 3)] ?? 0) >> (bit & 7)) & 1;
      at += length / 8;
    } else {
      if (bytes[at] === 1) ones += wanted;
      at += 1;
    }
    seen += wanted;
  }
  return seen === count && at === bytes.length ? { ones } : undefined;
}

function holdValues({ rows }: { readonly rows: number }, values: Values): void {
  // A number that no dictionary has, or fewer values than were said, would read as an empty cell.
  hold(values.length === rows && !(Array.isArray(values) && values.includes(undefined)), 'values');
}

function hold(fits: boolean, what: string): asserts fits {
  if (!fits) throw new Error(`a page of the column does not fit: ${what}`);
}
