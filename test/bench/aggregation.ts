/**
 * The vector work of a round: a partner's step against a numpy version of Flower's SecAgg+ client, the coordinator's
 * sum against copying, the step on the sum against plain TypeScript, and the memory of both sides at two sizes.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { chunkAt, chunkHash, listChunks } from '../../src-main/federation/chunks.ts';
import { type EncodingTerms, openEncoder } from '../../src-main/federation/encoding.ts';
import { blockNumbers } from '../../src-main/federation/kernels/kernels.ts';
import {
  keyPair,
  type MaskStream,
  maskStream,
  masksAhead,
  pairMask,
  selfMask,
} from '../../src-main/federation/masks.ts';
import type { Submission } from '../../src-main/federation/partner.ts';
import { decodingTerms, firstClips, totalWeight } from '../../src-main/federation/plan.ts';
import { topOf } from '../../src-main/federation/quantisation.ts';
import { packedBytes, type RingBits } from '../../src-main/federation/ring.ts';
import { applySum, beginGlobal, type GlobalState, trunkHash } from '../../src-main/federation/server-optimiser.ts';
import { sumUploads } from '../../src-main/federation/sum.ts';
import { streamUpload, type UploadSource } from '../../src-main/federation/upload.ts';
import { makeConsortium } from '../federation/consortium.ts';
import { openPython } from './python.ts';
import type { Bench, Candidate } from './run.ts';

export const partners = 10;
const place = { planHash: 'a'.repeat(64), round: 1, attempt: 1 };
/** Of 52.5 M coordinates: all costs are in proportion, and Flower's step alone would hold 3 GB. */
const share = 8;
const numbers = 52_500_000 / share;
const millions = numbers / 1e6;

export const termsIn = (ringBits: RingBits, length: number): EncodingTerms => ({
  ringBits,
  tensors: [{ offset: 0, length, limit: ringBits === 32 ? 0.1 : 0.02 }],
  top: ringBits === 32 ? 2 ** 20 : topOf(ringBits === 8 ? 4 : 8),
  weight: ringBits === 32 ? 1 : 0.1,
  times: ringBits === 32 ? 100 : 1,
  feedback: ringBits !== 32,
});

/** Draws what a partner has and agrees on a mask with each other one: X25519, HKDF. */
export function submissionIn(ringBits: RingBits, length: number): Submission {
  const own = keyPair(randomBytes(32));
  const others = theirKeys.map(({ publicKey }, i) => ({
    ...pairMask(place, 0, i + 1, own.secretKey, publicKey),
    sharedWith: `P${i + 1}`,
  }));
  return {
    round: 1,
    attempt: 1,
    partner: 'P00',
    terms: termsIn(ringBits, length),
    roundingSeed: randomBytes(32),
    masks: [{ ...selfMask(place, 0, randomBytes(32)), sharedWith: null }, ...others],
  };
}
const theirKeys = Array.from({ length: partners - 1 }, () => keyPair(randomBytes(32)));

const nothing = () => {};

function partnerStep(ringBits: RingBits): Candidate {
  const change = new Float32Array(numbers).map((_, i) => Math.sin(i) * 0.05);
  const leftOver = ringBits === 32 ? null : new Float32Array(numbers);
  return {
    name: `Chorale, ${{ 8: '4 bits', 12: '8 bits', 16: '8 bits', 32: '20 bits of fraction' }[ringBits]} in ${ringBits}`,
    run: () =>
      timed(() => {
        const submission = submissionIn(ringBits, numbers);
        streamUpload(submission, sourceOf(change, leftOver), maskStream(submission.masks, ringBits), nothing);
      }),
    summary: () => `${(packedBytes(numbers, ringBits) / numbers / 8).toFixed(3)} x the bytes of Flower's upload`,
  };
}

const sourceOf = (change: Float32Array, leftOver: Float32Array | null): UploadSource => ({
  numbers: change.length,
  change: (from, to) => change.subarray(from, to),
  residual: (from, to) => leftOver?.subarray(from, to) ?? null,
});

/**
 * What is still to do once training has ended and the sum of the masks was made beside it. Masking itself is the
 * addition; Flower's step holds the encoding too, and no hashes.
 */
function online(ringBits: RingBits): readonly Candidate[] {
  const change = new Float32Array(numbers).map((_, i) => Math.sin(i) * 0.05);
  const leftOver = ringBits === 32 ? null : new Float32Array(numbers);
  const submission = submissionIn(ringBits, numbers);
  const bytes = packedBytes(numbers, ringBits);
  const encoded = new Uint8Array(bytes).fill(3);
  const source = sourceOf(change, leftOver);
  const withMasksAhead = (name: string, means: string, work: (masks: MaskStream) => void): Candidate => ({
    name: `masks ahead, ${ringBits} bits: ${name}`,
    run() {
      const masks = masksAhead(submission.masks, ringBits, bytes);
      masks.make(bytes);
      return timed(() => work(masks));
    },
    summary: () => `online here: ${means}`,
  });
  const encode = (masks: MaskStream) => {
    const encoder = openEncoder(submission.terms, submission.roundingSeed);
    for (let from = 0; from < numbers; from += blockNumbers) {
      const to = Math.min(numbers, from + blockNumbers);
      const part = encoded.subarray(packedBytes(from, ringBits), packedBytes(to, ringBits));
      part.set(encoder.next(source.change(from, to), source.residual(from, to)));
      masks.addTo(part);
    }
  };
  return [
    withMasksAhead('add', 'the one addition of the masks’ sum to the encoded vector, in memory', (masks) =>
      masks.addTo(encoded),
    ),
    withMasksAhead('encode, add', 'from the float32 change to the masked bytes, rounding noise drawn too', encode),
    withMasksAhead(
      'encode, add, hash',
      'from the change to commitment, chunk hashes and root of the masked bytes',
      (masks) => streamUpload(submission, source, masks, nothing),
    ),
  ];
}

/** CPU time, as Flower's side tells its own: both work in one thread, and this machine may be busy. */
async function timed(work: () => unknown, units = millions) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { units, milliseconds: (user + system) / 1000 };
}

/** Skipped, with a word, where no Python has numpy. */
export const clientStep: Bench = {
  name: `a client's step among ${partners}, ${millions} M coordinates (an ${share}th of 52.5 M)`,
  unit: 'million coordinates, CPU time',
  turns: 9,
  async open() {
    const python = await openPython('flower-client.py');
    if (python === undefined) {
      console.log('the client step is not compared: no Python with numpy here');
      return [];
    }
    let bytes = 0;
    return [
      {
        name: `Flower's in numpy ${python.version}`,
        async run() {
          const answer = (await python.ask({ numbers, clients: partners })) as { milliseconds: number; bytes: number };
          bytes = answer.bytes;
          return { units: millions, milliseconds: answer.milliseconds };
        },
        summary: () => `${(bytes / numbers).toFixed(2)} bytes a coordinate`,
        close: async () => python.close(),
      },
      partnerStep(8),
      partnerStep(12),
      partnerStep(32),
      ...online(8),
      ...online(32),
    ];
  },
};

/** A unit is one partner's vector, whose bytes are the same in each ring's bench. */
export const coordinatorSum = (ringBits: RingBits): Bench => ({
  name: `the coordinator's sum of ${partners} vectors in ${ringBits} bits`,
  unit: 'MB of a vector, CPU time',
  turns: 15,
  async open() {
    const bytes = 12 << 20;
    const vectors = Array.from({ length: partners }, () => new Uint8Array(randomBytes(bytes)));
    const chunks = new Map<string, Uint8Array>();
    const uploads = vectors.map((vector) => {
      const list = listChunks(vector).chunks;
      for (const [index, hash] of list.entries()) chunks.set(hash, chunkAt(vector, index));
      return list;
    });
    const target = new Uint8Array(bytes);
    const units = (partners * bytes) / 1e6;
    const masks = Array.from({ length: partners }, (_, i) => selfMask(place, i, randomBytes(32)));
    const whole = (removing: typeof masks) =>
      timed(
        () =>
          sumUploads(
            { bytes, ringBits },
            uploads,
            removing,
            async (hash) => chunks.get(hash)!,
            async () => {},
          ),
        units,
      );
    return [
      {
        name: 'copying the vectors',
        run: () =>
          timed(() => {
            for (const vector of vectors) target.set(vector);
          }, units),
      },
      { name: 'the sum by chunks, hashed', run: () => whole([]) },
      { name: 'the same, and all self masks removed', run: () => whole(masks) },
      {
        name: 'hashing them once',
        run: () =>
          timed(() => {
            for (const vector of vectors) chunkHash(vector);
          }, units),
      },
    ];
  },
});

/** What every partner does with a sum: decode, Adam, hash. The plain version is the same arithmetic, number by number. */
export const serverStep: Bench = {
  name: 'the step on the sum, 4 M numbers in 8 bits, by each partner',
  unit: 'million coordinates',
  turns: 7,
  async open() {
    const length = 4_000_000;
    const encoding = { ringBits: 8, valueBits: 4, scale: { first: 1e-3, factor: 3, atLeast: 1e-9 } } as const;
    const tensors = [{ name: 'trunk.0.weight', shape: [length], offset: 0 }];
    const { plan } = makeConsortium(partners, { rounds: 100, tensors, encoding });
    const sum = new Uint8Array(randomBytes(length));
    const before = beginGlobal(new Float32Array(length).fill(0.1));
    const facts = { clips: firstClips(plan), totalWeight: totalWeight(plan) };
    return [
      {
        name: 'plain TypeScript',
        async run() {
          const average = plainAverage(sum, decodingTerms(plan, 1, facts).tensors[0]!.unit);
          plainAdam(before, average, { perChange: -1 / 100, l2: 1e-5, step: 0.07, correction: 1000 });
          return length / 1e6;
        },
      },
      {
        name: 'the kernels',
        async run() {
          applySum(plan, before, sum, facts);
          return length / 1e6;
        },
      },
    ];
  },
};

const plainAverage = (sum: Uint8Array, unit: number): Float32Array =>
  new Float32Array(new Int8Array(sum.buffer, sum.byteOffset, sum.length)).map((value) => value * unit);

function plainAdam(
  { values, firstMoment, secondMoment }: GlobalState,
  average: Float32Array,
  { perChange, l2, step, correction }: Readonly<Record<'perChange' | 'l2' | 'step' | 'correction', number>>,
): string {
  const [next, first, second] = [0, 0, 0].map(() => new Float32Array(values.length)) as [
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let i = 0; i < values.length; i++) {
    const gradient = average[i]! * perChange + l2 * values[i]!;
    const mean = 0.9 * firstMoment[i]! + (1 - 0.9) * gradient;
    const square = 0.999 * secondMoment[i]! + (1 - 0.999) * gradient * gradient;
    first[i] = mean;
    second[i] = square;
    next[i] = values[i]! - (step * mean) / (Math.sqrt(square * correction) + 1e-8);
  }
  return trunkHash(next);
}

/**
 * Peak resident memory of a partner's step, of a package from a change in memory to its chunks, and of a sum over chunk
 * files, each in a process of its own, at two sizes. Of a package the change itself, four bytes a coordinate, is not counted.
 */
export const aggregationMemory: Bench = {
  name: 'peak resident memory of a round, beyond that of the started process',
  unit: 'run',
  turns: 1,
  async open() {
    return (['partner', 'package', 'coordinator'] as const).map((side): Candidate => {
      const peaks = new Map<number, number>();
      return {
        name: side,
        async run() {
          for (const length of [6_000_000, 48_000_000]) peaks.set(length, await peakOf(side, length));
          return 1;
        },
        summary: () =>
          [...peaks]
            .map(([length, bytes]) => `${length / 1e6} M coordinates ${(bytes / 1e6).toFixed(0)} MB`)
            .join(', '),
      };
    });
  },
};

async function peakOf(side: string, length: number): Promise<number> {
  const script = fileURLToPath(new URL('./aggregation-memory.ts', import.meta.url));
  const child = spawn(process.execPath, [script, side, String(length)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.on('data', (text) => {
    printed += text;
  });
  await once(child, 'close');
  return Number(printed);
}
