/** A file as bytes and as text: streamed, unpacked, fingerprinted, its encoding found out from all of it. */
import { createHash } from 'node:crypto';
import type { Encoding } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { bytesOfFile } from './bytes.ts';
import { firstBytes, type Meter, openContent } from './content.ts';
import { decoderOf, type EncodingEvidence, encodingCollector } from './encoding.ts';
import { isTextual } from './format.ts';
import { withoutInvisible } from './raw-row.ts';

export { fileName, unreadable } from './bytes.ts';

export type FileSurvey = {
  readonly bytes: number;
  /** Of the file as it lies there, whichever part of it is read. */
  readonly sha256: string;
  readonly compressed: boolean;
  /** First 4 kB of the content, unpacked: enough to know the format. */
  readonly head: Uint8Array;
  readonly encoding: EncodingEvidence;
};

const headBytes = 4096;

/**
 * Reads the whole file once, and a file inside it once more.
 * @param member a file of the zip, or null
 * @throws FILE_UNREADABLE
 */
export async function surveyFile(path: string, control: Control, member: string | null = null): Promise<FileSurvey> {
  const file = await bytesOfFile(path);
  const content = await openContent(path, member);
  const head = await firstBytes(content.stream(), headBytes);
  const evidence = encodingCollector();
  const hash = createHash('sha256');
  const textual = isTextual(head);
  let read = 0;
  for await (const chunk of file.stream()) {
    stopIfAsked(control);
    hash.update(chunk);
    if (textual && !content.compressed) evidence.add(chunk);
    read += chunk.length;
    control.report({ step: 'import.fingerprint', done: read, total: file.size });
  }
  if (textual && content.compressed) {
    const meter: Meter = { share: 0 };
    for await (const chunk of content.stream(meter)) {
      stopIfAsked(control);
      evidence.add(chunk);
      control.report({ step: 'import.fingerprint', done: Math.round(meter.share * file.size), total: file.size });
    }
  }
  return {
    bytes: file.size,
    sha256: hash.digest('hex'),
    compressed: content.compressed,
    head,
    encoding: evidence.result(),
  };
}

/** Decoded text in pieces, with the share of the file read so far in `meter`; byte-order marks and characters without width are left out. Bytes that the encoding does not know become U+FFFD. */
export async function* textOf(
  path: string,
  encoding: Encoding,
  meter: Meter = { share: 0 },
  member: string | null = null,
): AsyncGenerator<string> {
  const content = await openContent(path, member);
  const decode = decoderOf(encoding);
  for await (const chunk of content.stream(meter)) {
    const text = decode(chunk, false);
    if (text !== '') yield withoutInvisible(text);
  }
  const rest = decode(new Uint8Array(0), true);
  if (rest !== '') yield withoutInvisible(rest);
}
