/** What is read of a file: the file itself, gzip undone, or one file out of a zip, as a stream or, where a format needs it, in one piece. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type Bytes, bytesInMemory, bytesOfFile, unreadable } from './bytes.ts';
import { inflatesTooFar, openZip, type Zip } from './zip.ts';

export type Meter = { share: number };

export type Content = {
  /** Packed by gzip, or a file out of a zip. */
  readonly compressed: boolean;
  readonly stream: (meter?: Meter) => AsyncIterable<Uint8Array>;
  /** For formats that are not read from the beginning to the end. @throws FILE_UNREADABLE too-large-inside */
  readonly bytes: () => Promise<Bytes>;
};

/** Bytes; what has to be held in memory to be read at all, since it came packed. */
const unpackLimit = 1 << 26;

/** @param member a file of the zip, as `archiveOf` names it; null for the file itself @throws FILE_UNREADABLE */
export async function openContent(path: string, member: string | null): Promise<Content> {
  const file = await bytesOfFile(path);
  const zip = member === null ? undefined : await archiveOf(path, file);
  if (member !== null && (zip === undefined || !zip.names.includes(member))) throw unreadable(path, 'no-such-member');
  const packed = zip !== undefined && member !== null ? zip.inflatedSize(member) : file.size;
  const raw = (): AsyncIterable<Uint8Array> =>
    zip !== undefined && member !== null ? zip.open(member) : file.stream();
  const head = zip === undefined ? await file.at(0, 4) : await firstBytes(raw(), 4);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  const compressed = gzip || zip !== undefined;

  async function* stream(meter: Meter = { share: 0 }): AsyncGenerator<Uint8Array> {
    let read = 0;
    const measured = async function* () {
      for await (const chunk of raw()) {
        read += chunk.length;
        meter.share = read / packed;
        yield chunk;
      }
    };
    if (!gzip) {
      yield* measured();
      return;
    }
    let inflated = 0;
    for await (const chunk of gunzipped(path, measured())) {
      inflated += chunk.length;
      if (inflatesTooFar(inflated, Math.max(read, 1))) throw unreadable(path, 'inflates-too-far');
      yield chunk;
    }
  }

  return {
    compressed,
    stream,
    async bytes() {
      if (!compressed) return file;
      const chunks: Uint8Array[] = [];
      let size = 0;
      for await (const chunk of stream()) {
        size += chunk.length;
        if (size > unpackLimit) throw unreadable(path, 'too-large-inside');
        chunks.push(chunk);
      }
      return bytesInMemory(Buffer.concat(chunks));
    },
  };
}

/** The zip that the file is, unless it is a workbook or another document that only lies in a zip; undefined for other files. */
export async function archiveOf(path: string, file?: Bytes): Promise<Zip | undefined> {
  const bytes = file ?? (await bytesOfFile(path));
  const head = await bytes.at(0, 4);
  const isZip = head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5);
  if (!isZip) return undefined;
  const zip = await openZip(path, bytes);
  return isDocument(zip) ? undefined : zip;
}

/** Office packages (ECMA-376 part 2) and OpenDocument packages declare themselves. */
export const isDocument = ({ names }: Zip): boolean =>
  names.some((name) => name === '[Content_Types].xml' || name === 'mimetype' || /(^|\/)workbook\.xml$/.test(name));

/** Files of an archive, without what operating systems put beside them. */
export const membersOf = (zip: Zip): readonly string[] =>
  zip.names.filter(
    (name) => !name.endsWith('/') && !/(^|\/)(__MACOSX\/|\.[^./]|Thumbs\.db$|desktop\.ini$)/i.test(name),
  );

/** At least `length` bytes where there are as many. */
export async function firstBytes(chunks: AsyncIterable<Uint8Array>, length: number): Promise<Buffer> {
  const first: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    first.push(chunk);
    bytes += chunk.length;
    if (bytes >= length) break;
  }
  return Buffer.concat(first).subarray(0, length);
}

async function* gunzipped(path: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const content = pipeline(Readable.from(source), createGunzip({ chunkSize: 1 << 18 }), () => {});
  try {
    yield* content as AsyncIterable<Uint8Array>;
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    if (code === 'Z_BUF_ERROR') throw unreadable(path, 'truncated', error);
    if (code.startsWith('Z_')) throw unreadable(path, 'unreadable', error);
    throw error;
  }
}
