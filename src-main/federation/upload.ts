/** The bytes that leave a partner in a round: its change of the trunk, encoded, committed to, masked and cut into chunks. */
import { type ChunkList, chunkLister } from './chunks.ts';
import { commitmentHash, type EncodedUpdate, openEncoder } from './encoding.ts';
import { blockNumbers } from './kernels/kernels.ts';
import { type MaskStream, maskStream } from './masks.ts';
import type { Submission } from './partner.ts';
import { packedBytes } from './ring.ts';

export type PreparedUpload = EncodedUpdate & {
  /** What leaves: `encoded` plus all masks, in the plan's ring. */
  readonly masked: Uint8Array;
  readonly commitment: string;
  readonly chunkList: ChunkList;
};

/** Where a vector that need not lie in memory comes from; asked once for each part, from front to back. */
export type UploadSource = {
  readonly numbers: number;
  readonly change: (from: number, to: number) => Float32Array;
  /** What is left over so far, to be written over with what is left over now; null without error feedback. */
  readonly residual: (from: number, to: number) => Float32Array | null;
};

export type UploadFacts = Pick<PreparedUpload, 'clipped' | 'commitment' | 'chunkList'>;

/** Told of each part in turn; the views hold until it returns. `at` is the part's first byte, `from` its first number. */
export type UploadSink = (part: {
  readonly at: number;
  readonly from: number;
  readonly numbers: number;
  readonly encoded: Uint8Array;
  readonly masked: Uint8Array;
  /** What was left over before this part was encoded, and what is now; null without error feedback. */
  readonly before: Float32Array | null;
  readonly residual: Float32Array | null;
}) => void;

/**
 * Encodes, commits to, masks and hashes a change part by part: memory is bounded by a part of some hundred KiB.
 * @param masks of the submission, or the same made ahead (`masksAhead`)
 * @throws TRAINING_FAILED when a number is not finite: nothing of it may be sent
 */
export function streamUpload(
  { terms, roundingSeed }: Submission,
  { numbers, change, residual }: UploadSource,
  masks: MaskStream,
  sink: UploadSink,
): UploadFacts {
  const encoder = openEncoder(terms, roundingSeed);
  const commitment = commitmentHash(roundingSeed);
  const chunks = chunkLister();
  const bytesOf = (count: number) => packedBytes(count, terms.ringBits);
  const longest = Math.min(partNumbers, numbers);
  const [wholeEncoded, wholeMasked] = [new Uint8Array(bytesOf(longest)), new Uint8Array(bytesOf(longest))];
  const wholeBefore = new Float32Array(terms.feedback ? longest : 0);
  for (let from = 0; from < numbers; from += partNumbers) {
    const count = Math.min(partNumbers, numbers - from);
    const [given, leftOver] = [change(from, from + count), residual(from, from + count)];
    const before = leftOver === null ? null : wholeBefore.subarray(0, count);
    if (leftOver !== null) before?.set(leftOver);
    const encoded = wholeEncoded.subarray(0, bytesOf(count));
    for (let start = 0; start < count; start += blockNumbers) {
      const end = Math.min(count, start + blockNumbers);
      const packed = encoder.next(given.subarray(start, end), leftOver === null ? null : leftOver.subarray(start, end));
      encoded.set(packed, bytesOf(start));
    }
    commitment.update(encoded);
    const masked = wholeMasked.subarray(0, encoded.length);
    masked.set(encoded);
    masks.addTo(masked);
    chunks.add(masked);
    sink({ at: bytesOf(from), from, numbers: count, encoded, masked, before, residual: leftOver });
  }
  return { clipped: encoder.clipped(), commitment: commitment.digest('hex'), chunkList: chunks.end() };
}

/** Long enough for the calls into node:crypto not to count. */
const partNumbers = 8 * blockNumbers;

/**
 * @param change of the whole trunk: the trained one minus the global one
 * @param residual as in `encodeUpdate`
 * @param masks as in `streamUpload`
 * The same submission, change and residual give the same bytes.
 */
export function prepareUpload(
  submission: Submission,
  change: Float32Array,
  residual: Float32Array | null,
  masks: MaskStream = maskStream(submission.masks, submission.terms.ringBits),
): PreparedUpload {
  const { ringBits, feedback } = submission.terms;
  const encoded = new Uint8Array(packedBytes(change.length, ringBits));
  const masked = new Uint8Array(encoded.length);
  const leftOver = feedback ? (residual?.slice() ?? new Float32Array(change.length)) : null;
  const source: UploadSource = {
    numbers: change.length,
    change: (from, to) => change.subarray(from, to),
    residual: (from, to) => leftOver?.subarray(from, to) ?? null,
  };
  const facts = streamUpload(submission, source, masks, (part) => {
    encoded.set(part.encoded, part.at);
    masked.set(part.masked, part.at);
  });
  return { ...facts, encoded, masked, residual: leftOver };
}
