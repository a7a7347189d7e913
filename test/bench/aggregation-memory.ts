/** One side of a round over vectors that lie nowhere as a whole; prints by how many bytes its peak memory exceeds that of its start. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chunkBytes, chunkCount, chunkHash } from '../../src-main/federation/chunks.ts';
import { maskStream, selfMask } from '../../src-main/federation/masks.ts';
import { packedBytes } from '../../src-main/federation/ring.ts';
import { sumUploads } from '../../src-main/federation/sum.ts';
import { streamUpload } from '../../src-main/federation/upload.ts';
import { partners, submissionIn } from './aggregation.ts';

const [side, length] = [process.argv[2], Number(process.argv[3])];
const atStart = process.resourceUsage().maxRSS;

if (side === 'partner') {
  const submission = submissionIn(8, length);
  const part = new Float32Array(1 << 20).fill(0.01);
  const leftOver = new Float32Array(1 << 20);
  streamUpload(
    submission,
    {
      numbers: length,
      change: (from, to) => part.subarray(0, to - from),
      residual: (from, to) => leftOver.subarray(0, to - from),
    },
    maskStream(submission.masks, 8),
    () => {},
  );
} else {
  const folder = mkdtempSync(join(tmpdir(), 'chorale-sum-'));
  const bytes = packedBytes(length, 8);
  const chunks = Array.from({ length: partners }, (_, i) => new Uint8Array(chunkBytes).fill(i));
  const hashes = chunks.map(chunkHash);
  for (const [i, chunk] of chunks.entries()) writeFileSync(join(folder, hashes[i]!), chunk);
  const list = (hash: string) => Array.from({ length: chunkCount(bytes) }, () => hash);
  const masks = hashes.map((_, i) => selfMask({ planHash: 'a', round: 1, attempt: 1 }, i, new Uint8Array(32).fill(i)));
  await sumUploads(
    { bytes: chunkCount(bytes) * chunkBytes, ringBits: 8 },
    hashes.map(list),
    masks,
    async (hash) => readFileSync(join(folder, hash)),
    async (_, chunk) => writeFileSync(join(folder, 'sum'), chunk),
  );
  rmSync(folder, { recursive: true });
}
process.stdout.write(String((process.resourceUsage().maxRSS - atStart) * 1024));
