/** Parquet to rows of text: numbers by their shortest exact text, decimals digit by digit, times in ISO form; read in windows of rows. */
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compressors, FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet';
import { parquetMetadataAsync, parquetRead, parquetSchema } from 'hyparquet';
import { getTreePath } from 'hyparquet/src/schema.js';
import { compressors as portable } from 'hyparquet-compressors';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import { type Bytes, fileName, unreadable } from './bytes.ts';
import type { FileReason } from './file-reasons.ts';
import { columnNames } from './header.ts';
import { type Chunk, readFlatColumn, walkPages } from './parquet-pages.ts';
import { columnLimit, lineLimit, type Row, type Rows, shortened, withoutInvisible } from './raw-row.ts';
import { inflatesTooFar } from './zip.ts';

export type ParquetFile = {
  readonly columns: readonly string[];
  readonly rowCount: number;
  readonly rows: () => Rows;
};

/** Rows held at a time; a row group may hold millions. */
const blockRows = 1 << 12;
/** Rows of a column of lists or records that are put together at a time, each time from the beginning of a page. */
const nestedRows = 1 << 15;
/** Bytes of such columns that are kept meanwhile; larger ones are read again. */
const keptBytes = 1 << 24;
/** Bytes of one page, unpacked; writers make pages of about one MB. */
const pageLimit = 1 << 28;

/** @throws FILE_UNREADABLE with the reasons damaged-parquet, damaged-column, unsupported-compression, inflates-too-far */
export async function openParquet(path: string, bytes: Bytes): Promise<ParquetFile> {
  const file = { byteLength: bytes.size, slice: keptSlices(path, bytes) };
  const found = await guarded(path, () => parquetMetadataAsync(file, { geoparquet: false }));
  const fields = topFields(path, found);
  const metadata = withRawTypes(found);
  const names = columnNames(fields.map(({ name }) => name));
  if (names.length > columnLimit) throw unreadable(path, 'too-many-columns');
  const rowCount = Number(metadata.num_rows);
  const groupRows = metadata.row_groups.map(({ num_rows }) => Number(num_rows));
  if (groupRows.reduce((sum, rows) => sum + rows, 0) !== rowCount) throw unreadable(path, 'damaged-parquet');
  const compressors = boundedCompressors(path);

  const decoding = { bytes, compressors, parsers: textParsers };
  const tree = parquetSchema(metadata);
  const chunksOf = (group: number, { name }: Field): readonly Chunk[] => {
    const { columns, num_rows } = metadata.row_groups[group]!;
    const found = columns.flatMap(({ meta_data: of }) => (of?.path_in_schema[0] === name ? [of] : []));
    return found.map((of) => ({ metadata: of, path: getTreePath(tree, of.path_in_schema), rows: Number(num_rows) }));
  };

  /** Values of the rows from `from` until before `to` of a row group; each call begins where the last one ended. */
  async function columnReader(group: number, field: Field): Promise<(from: number, to: number) => Promise<unknown[]>> {
    const chunks = chunksOf(group, field);
    if (!field.nested) {
      if (chunks.length !== 1) throw new Error('a column is not there');
      return readFlatColumn(chunks[0]!, decoding);
    }
    for (const chunk of chunks) await walkPages(chunk, bytes);
    const rowsBefore = groupRows.slice(0, group).reduce((sum, rows) => sum + rows, 0);
    let held: { readonly from: number; readonly rows: unknown[][] } = { from: 0, rows: [] };
    return async (from, to) => {
      const found: unknown[] = [];
      for (let row = from; row < to; row += 1) {
        if (row >= held.from + held.rows.length) held = { from: row, rows: await nestedFrom(row, field.name) };
        if (row - held.from >= held.rows.length) throw new Error('rows are missing');
        found.push(held.rows[row - held.from]![0]);
      }
      return found;
    };

    async function nestedFrom(from: number, name: string): Promise<unknown[][]> {
      const to = Math.min(groupRows[group]!, from + nestedRows);
      let rows: unknown[][] = [];
      await parquetRead({
        file,
        metadata,
        compressors,
        parsers: textParsers,
        utf8: false,
        geoparquet: false,
        useOffsetIndex: true,
        columns: [name],
        rowStart: rowsBefore + from,
        rowEnd: rowsBefore + to,
        onComplete: (found) => {
          rows = found;
        },
      });
      if (rows.length !== to - from) throw new Error('rows are missing');
      return rows;
    }
  }

  return {
    columns: names,
    rowCount,
    async *rows() {
      let before = 0;
      for (const [group, inGroup] of groupRows.entries()) {
        const at = (field: Field) => ({ column: field.name, rowGroup: group + 1 });
        const readers: Awaited<ReturnType<typeof columnReader>>[] = [];
        for (const field of fields) {
          readers.push(await guarded(path, () => columnReader(group, field), at(field)));
        }
        for (let from = 0; from < inGroup; from += blockRows) {
          const to = Math.min(inGroup, from + blockRows);
          const columns: unknown[][] = [];
          for (const [position, field] of fields.entries()) {
            columns.push(await guarded(path, () => readers[position]!(from, to), at(field)));
          }
          yield* blocksOf(columns, fields, before + from);
        }
        before += inGroup;
      }
    },
  };
}

/** Reads of the file; a column of lists or records asks for the same stretches again, so they are kept until others are asked for. */
function keptSlices(path: string, bytes: Bytes): (start: number, end?: number) => Promise<ArrayBuffer> {
  const kept = new Map<string, ArrayBuffer>();
  let size = 0;
  return async (start, end = bytes.size) => {
    if (!(start >= 0) || end > bytes.size) throw unreadable(path, 'damaged-parquet');
    const key = `${start}-${end}`;
    const before = kept.get(key);
    if (before !== undefined) {
      kept.delete(key);
      kept.set(key, before);
      return before;
    }
    const { buffer, byteOffset, byteLength } = await bytes.at(start, end - start);
    const own = buffer instanceof ArrayBuffer && byteLength === buffer.byteLength;
    const found = own ? buffer : (buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
    if (found.byteLength > keptBytes) return found;
    kept.set(key, found);
    size += found.byteLength;
    for (const [oldest, { byteLength: freed }] of kept) {
      if (size <= keptBytes) break;
      kept.delete(oldest);
      size -= freed;
    }
    return found;
  };
}

/** A value that a dictionary holds once may stand in every row, so blocks end by their characters as well. */
function* blocksOf(
  columns: readonly (readonly unknown[])[],
  fields: readonly Field[],
  before: number,
): Generator<Row[]> {
  const exact = new Set(fields.flatMap(({ isNumber }, position) => (isNumber ? [position] : [])));
  const rows = columns[0]?.length ?? 0;
  let block: Row[] = [];
  let characters = 0;
  for (let at = 0; at < rows; at += 1) {
    const line = before + at + 1;
    const cells: string[] = [];
    let length = 0;
    for (let position = 0; position < fields.length && length <= lineLimit; position += 1) {
      const cell = withoutInvisible(fields[position]!.text(columns[position]![at]));
      cells.push(cell);
      length += cell.length;
    }
    const found = shortened(cells[0] ?? '');
    if (length > lineLimit) block.push({ line, cells: [found], problem: { reason: 'line-too-long', found } });
    else if (cells.some((cell) => cell.includes('\0')))
      block.push({ line, cells, problem: { reason: 'control-characters', found: '' } });
    else block.push({ line, cells, exact });
    characters += Math.min(length, lineLimit);
    if (block.length >= blockRows || characters > 2 * lineLimit) {
      yield block;
      block = [];
      characters = 0;
    }
  }
  if (block.length > 0) yield block;
}

/** @param where what the file says of itself does not hold in this column and row group, counted from 1 */
async function guarded<T>(
  path: string,
  read: () => Promise<T>,
  where?: { readonly column: string; readonly rowGroup: number },
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (isChoraleError(error)) throw error;
    if (/unsupported compression/i.test(String(error))) throw unreadable(path, 'unsupported-compression', error);
    if (where === undefined) throw unreadable(path, 'damaged-parquet', error);
    const reason: FileReason = 'damaged-column';
    throw new ChoraleError('FILE_UNREADABLE', { file: fileName(path), reason, ...where }, { cause: error });
  }
}

// Types -----------------------------------------------------------------------------------------------------------

type Field = {
  readonly name: string;
  readonly text: (value: unknown) => string;
  /** Stored as a number, not as a text or a time. */
  readonly isNumber: boolean;
  /** Put together from several stored columns. */
  readonly nested: boolean;
};

/** Columns as a person sees them; one that holds lists or records reads as JSON. */
function topFields(path: string, { schema }: FileMetaData): readonly Field[] {
  const fields: Field[] = [];
  let at = 1;
  for (let child = 0; child < (schema[0]?.num_children ?? 0); child += 1) {
    const element = schema[at];
    if (element === undefined) throw unreadable(path, 'damaged-parquet');
    const nested = element.num_children !== undefined && element.num_children > 0;
    fields.push({
      name: element.name,
      nested: nested || element.repetition_type === 'REPEATED',
      isNumber: !nested && isNumber(element),
      text: nested ? nestedText : textOfType(element),
    });
    at = behind(schema, at);
  }
  return fields;
}

function behind(schema: readonly SchemaElement[], at: number): number {
  let next = at + 1;
  for (let child = 0; child < (schema[at]?.num_children ?? 0); child += 1) next = behind(schema, next);
  return next;
}

/** Decimals would become floating-point numbers, and intervals and BSON an error: they are read as they are stored. */
const withRawTypes = (metadata: FileMetaData): FileMetaData => ({
  ...metadata,
  schema: metadata.schema.map((element) => {
    if (!isDecimal(element) && element.converted_type !== 'INTERVAL' && element.converted_type !== 'BSON')
      return element;
    const { converted_type: _type, logical_type: _logical, ...raw } = element;
    return raw;
  }),
});

const isNumber = (element: SchemaElement): boolean =>
  isDecimal(element) ||
  (['INT32', 'INT64', 'FLOAT', 'DOUBLE'].includes(element.type ?? '') &&
    (element.converted_type === undefined || /^U?INT_/.test(element.converted_type)) &&
    (element.logical_type === undefined || element.logical_type.type === 'INTEGER'));

const isDecimal = ({ converted_type, logical_type }: SchemaElement): boolean =>
  converted_type === 'DECIMAL' || logical_type?.type === 'DECIMAL';

const iso = (nanos: bigint): string => {
  const seconds = nanos / 1_000_000_000n - (nanos % 1_000_000_000n < 0n ? 1n : 0n);
  const rest = nanos - seconds * 1_000_000_000n;
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) return String(nanos);
  const whole = date
    .toISOString()
    .slice(0, 19)
    .replace('T', ' ')
    .replace(/ 00:00:00$/, rest === 0n ? '' : ' 00:00:00');
  return rest === 0n ? whole : `${whole}.${String(rest).padStart(9, '0').replace(/0+$/, '')}`;
};

const textParsers: Partial<ParquetParsers> = {
  timestampFromMilliseconds: (millis) => iso(BigInt(millis) * 1_000_000n),
  timestampFromMicroseconds: (micros) => iso(BigInt(micros) * 1000n),
  timestampFromNanoseconds: (nanos) => iso(BigInt(nanos)),
  dateFromDays: (days) => iso(BigInt(days) * 86_400_000_000_000n),
  jsonFromBytes: (bytes) => bytes && utf8.decode(bytes),
  geometryFromBytes: (bytes) => bytes,
  geographyFromBytes: (bytes) => bytes,
};

const utf8 = new TextDecoder();

function textOfType(element: SchemaElement): (value: unknown) => string {
  if (isDecimal(element)) {
    const scale = element.scale ?? (element.logical_type?.type === 'DECIMAL' ? element.logical_type.scale : 0);
    return (value) => (isNothing(value) ? '' : decimalText(unscaled(value), scale));
  }
  if (element.type === 'FLOAT') return (value) => (typeof value === 'number' ? floatText(value) : plainText(value));
  const time = timeUnit(element);
  if (time !== undefined)
    return (value) => (isNothing(value) ? '' : iso(BigInt(String(value)) * time).slice(11) || '00:00:00');
  return plainText;
}

/** Nanoseconds in a unit of a time of the day. */
function timeUnit({ converted_type, logical_type }: SchemaElement): bigint | undefined {
  if (converted_type === 'TIME_MILLIS') return 1_000_000n;
  if (converted_type === 'TIME_MICROS') return 1000n;
  if (logical_type?.type !== 'TIME') return undefined;
  return logical_type.unit === 'MILLIS' ? 1_000_000n : logical_type.unit === 'MICROS' ? 1000n : 1n;
}

const isNothing = (value: unknown): value is null | undefined => value === null || value === undefined;

function plainText(value: unknown): string {
  if (isNothing(value)) return '';
  switch (typeof value) {
    case 'string':
      return value;
    case 'boolean':
      return value ? 'TRUE' : 'FALSE';
    case 'object':
      return value instanceof Uint8Array ? bytesText(value) : nestedText(value);
    default:
      return String(value);
  }
}

/** What a dictionary holds once is one text, in however many rows it stands. */
const longTexts = new WeakMap<Uint8Array, string>();

function bytesText(bytes: Uint8Array): string {
  if (bytes.length < 1000) return utf8.decode(bytes);
  const known = longTexts.get(bytes);
  if (known !== undefined) return known;
  const text = utf8.decode(bytes);
  longTexts.set(bytes, text);
  return text;
}

/** Of a list that names long texts so often that its row is too long anyway. */
const overlong = ' '.repeat(lineLimit + 1);

function nestedText(value: unknown): string {
  if (isNothing(value)) return '';
  let characters = 0;
  const text = JSON.stringify(value, (_key, part) => {
    const plain = typeof part === 'bigint' ? String(part) : part instanceof Uint8Array ? bytesText(part) : part;
    if (typeof plain === 'string') characters += plain.length;
    return characters > lineLimit ? null : plain;
  });
  return characters > lineLimit ? overlong : text;
}

/** The shortest text that reads back as the same 32-bit number: 0.1, not 0.10000000149011612. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  // Six digits always survive 32 bits (C's FLT_DIG), so zeros at their end are all that a shorter text would leave out.
  for (let digits = 6; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(9)));
}

function unscaled(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(String(value));
  let number = 0n;
  for (const byte of value) number = number * 256n + BigInt(byte);
  return BigInt.asIntN(value.length * 8, number);
}

export function decimalText(unscaledValue: bigint, scale: number): string {
  if (scale <= 0) return String(unscaledValue * 10n ** BigInt(-scale));
  const digits = String(unscaledValue < 0n ? -unscaledValue : unscaledValue).padStart(scale + 1, '0');
  return `${unscaledValue < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

// Compression -----------------------------------------------------------------------------------------------------

/** Pages say how long they are unpacked; one that claims or gives too much is refused before or while it is unpacked. */
function boundedCompressors(path: string): Compressors {
  const native: Compressors = {
    GZIP: (input, length) => gunzipSync(input, { maxOutputLength: length }),
    BROTLI: (input, length) => brotliDecompressSync(input, { maxOutputLength: length }),
    ZSTD: (input, length) => zstdDecompressSync(input, { maxOutputLength: length }),
  };
  return Object.fromEntries(
    Object.entries({ ...portable, ...native }).map(([codec, unpack]) => [
      codec,
      (input: Uint8Array, length: number) => {
        if (length > pageLimit || inflatesTooFar(length, input.length)) throw unreadable(path, 'inflates-too-far');
        return length === 0 ? new Uint8Array(0) : unpack(input, length);
      },
    ]),
  );
}
