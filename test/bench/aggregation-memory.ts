/** One side of a round over vectors that lie nowhere as a whole; prints by how many bytes its peak memory exceeds that of its start. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unattended } from '../../src-main/contract/progress.ts';
import { openResiduals } from '../../src-main/engine/participation/residuals.ts';
import { bytesOf, chunkBytes, chunkCount, chunkHash } from '../../src-main/federation/chunks.ts';
import { maskStream, selfMask } from '../../src-main/federation/masks.ts';
import { encodingTerms, vectorLength } from '../../src-main/federation/plan.ts';
import { packedBytes } from '../../src-main/federation/ring.ts';
import { sumUploads } from '../../src-main/federation/sum.ts';
import { streamUpload } from '../../src-main/federation/upload.ts';
import { decide } from '../../src-main/release/decide.ts';
import { freezePackage, type PackageInput } from '../../src-main/release/freeze.ts';
import { openForSending } from '../../src-main/release/send.ts';
import { joinedWorkspace, jonas, keysOf, planOf, updateOf } from '../release/frozen.ts';
import { partners, submissionIn } from './aggregation.ts';
import { peakResident } from './peak-memory.ts';

const [side, length] = [process.argv[2], Number(process.argv[3])];
const fewBits = { ringBits: 8, valueBits: 4, scale: { first: 0.01, factor: 3, atLeast: 1e-9 } } as const;
let atStart = peakResident();

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
} else if (side === 'package') {
  const room = joinedWorkspace(planOf([Math.round(length / 32_000), 20], 32_000, fewBits));
  const { workspace, plan } = room;
  const small = updateOf(planOf([4, 4], 16, fewBits), 2);
  const clips = plan.tensors.map(() => 0.05);
  const submission = { ...small.submission, terms: encodingTerms(plan, small.submission.partner, 2, clips) };
  const change = new Float32Array(vectorLength(plan));
  for (let i = 0; i < change.length; i++) change[i] = Math.sin(i) * 0.01;
  const before = openResiduals(workspace.vault, plan).keep({ round: 1, attempt: 1 });
  for (let from = 0; from < change.length; from += 1 << 16) before.write(bytesOf(change.slice(from, from + (1 << 16))));
  before.close();
  atStart = peakResident();
  const leftOver = workspace.vault.open(`series/${plan.series}/residual-1-1`);
  const source = {
    numbers: change.length,
    change: (from: number, to: number) => change.subarray(from, to),
    residual: (from: number, to: number) => new Float32Array(leftOver.read(from * 4, to * 4).buffer),
  };
  const after = openResiduals(workspace.vault, plan).keep({ round: 2, attempt: 1 });
  const upload: PackageInput['upload'] = (sink) =>
    streamUpload(submission, source, maskStream(submission.masks, 8), (part) => {
      after.write(bytesOf(part.residual!));
      sink(part);
    });
  const { hash } = await freezePackage(workspace, { ...small, plan, submission, change, upload }, unattended);
  after.close();
  leftOver.close();
  decide(workspace, { packageHash: hash, verdict: 'approve', comment: '', person: jonas }, keysOf(jonas));
  const { chunk, chunkHashes } = openForSending(workspace, hash);
  for (const index of chunkHashes.keys()) chunk(index);
  room.close();
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
process.stdout.write(String(peakResident() - atStart));
