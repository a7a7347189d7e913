/** Freezes a package before anybody looks at it: files into the vault, the document with its checks, one row, one log entry. */
import { messagesOfAttempt } from '../catalog/messages.ts';
import {
  addPackage,
  agreedHashes,
  countWorkspaceTexts,
  lastApprovedPackage,
  nextPackageName,
  type PackageRow,
  packagesOfAttempt,
  workspaceTexts,
} from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import { sha256, type Vault } from '../catalog/vault.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { MembershipReport } from '../contract/disclosure.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { PackageManifest, PackageState, Recipient } from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import { type ChunkList, chunkBytes, chunkLister } from '../federation/chunks.ts';
import { commitmentHash } from '../federation/encoding.ts';
import type { Submission } from '../federation/partner.ts';
import type { FrozenPackage } from '../federation/partner-state.ts';
import { type Plan, planHash, totalWeight, uploadBytes, vectorLength } from '../federation/plan.ts';
import { countingRound, rowsOf } from '../federation/rare-rows.ts';
import { packedBytes } from '../federation/ring.ts';
import type { UploadFacts, UploadSink } from '../federation/upload.ts';
import { appendAudit } from './audit.ts';
import { searchCatalogTexts } from './catalog-text.ts';
import { discloseChecks, type Measured, notMeasured, type RowsBehind } from './checks.ts';
import { flatFields } from './difference.ts';
import { escrowHead } from './escrow.ts';
import { listLeaving, listStaying } from './leaves-and-stays.ts';
import { contentHash, freezeManifest, readManifest, textsOfDocument } from './manifest.ts';
import { policyNow } from './policy.ts';
import { listStored, withFile } from './stored.ts';
import { meaningOf, measureTensors, type TensorMeasure } from './tensors.ts';
import { byteCounter } from './uniformity.ts';

export type PackageInput = {
  readonly plan: Plan;
  /** The plan as it holds for the vector of this round (`planOfRound`); the plan itself where all of it is sent. */
  readonly vector?: Plan;
  /** What the change was encoded and masked with: `submissionOf` of the partner's state. */
  readonly submission: Submission;
  /** The clear change of all tensors. It is measured here and not kept: seed and integers in the escrow stand for it. */
  readonly change: Float32Array;
  /** `streamUpload` of these, asked once: tells the integers and the masked bytes that leave, part by part. */
  readonly upload: (sink: UploadSink) => UploadFacts;
  readonly recipient: Recipient;
  /**
   * Behind the least of the rows that are sent: training compounds, or, once a plan that freezes rare rows has counted
   * them, the partners that touch it. In round 0, compounds behind the least of the rows that are said to be touched.
   */
  readonly fewestBehindARow?: number;
  /** What attacks on the trained trunk found, in this round or one before; null where none could be made. */
  readonly membership?: MembershipReport | null;
  readonly trainedOn: PackageManifest['trainedOn'];
  /** The private heads, for the list of what stays. */
  readonly heads: { readonly tasks: number; readonly numbers: number };
  readonly preparedBy: Person;
};

export type PackageOnRecord = {
  readonly name: string;
  readonly hash: string;
  readonly state: PackageState;
  readonly manifest: PackageManifest;
  /** The answer to the partner's `freeze`. */
  readonly frozen: FrozenPackage;
};

/**
 * The same content for the same (series, round, attempt) gives the same package again, so that a restarted round goes
 * on; a package of another content can follow only where changes were requested or the old one is void.
 * @throws PACKAGE_CHANGED for another content, or when the chunks are not those of the masked bytes; CANCELLED
 */
export async function freezePackage(
  workspace: Workspace,
  input: PackageInput,
  control: Control,
  now: () => string = () => new Date().toISOString(),
): Promise<PackageOnRecord> {
  const files = filesOf(workspace, input);
  try {
    return await freezeInto(files, workspace, input, control, now);
  } finally {
    removeUnlessOnRecord(workspace, input, files);
  }
}

async function freezeInto(
  files: Files,
  workspace: Workspace,
  input: PackageInput,
  control: Control,
  now: () => string,
): Promise<PackageOnRecord> {
  const { catalog, vault } = workspace;
  const { submission } = input;
  const step = stepper(control);

  await step('release.measure', 0);
  const written = writeMeasured(vault, input, files);
  const { measures, chunks, recomputedCommitment, chiSquare } = written;
  const content = describeContent(input, written);
  const known = sameAttempt(workspace, input, contentHash(content));
  if (known !== undefined) return known;
  const { chunkList } = written.facts;
  if (chunks.root !== chunkList.root || chunks.chunks.join() !== chunkList.chunks.join()) {
    throw new ChoraleError('PACKAGE_CHANGED', {
      package: attemptName(input),
      expected: chunkList.root,
      found: chunks.root,
    });
  }

  await step('release.readBack', 1);
  const readBackRoot = withFile(vault, files.payloadFile, listStored).root;

  await step('release.search', 2);
  const stays = listStaying(workspace, input);
  const texts = withFile(vault, files.payloadFile, (payload) =>
    searchCatalogTexts(
      { atMost: countWorkspaceTexts(catalog), each: () => workspaceTexts(catalog) },
      payload,
      textsOfDocument({ content, stays }),
      ownMessages(workspace, input),
    ),
  );

  const policy = policyNow(catalog, content.series);
  const membership = input.membership ?? null;
  const checks = discloseChecks({
    policy,
    terms: submission.terms,
    smallestTask: input.trainedOn.smallestTask,
    // Of the whole trunk: rows that are not sent are not clipped either, and the limit is for all of them.
    clippedShare: shareOf(measures, Math.max(input.change.length, vectorLength(input.plan))),
    tensors: measures,
    texts,
    chiSquare,
    commitment: { stated: written.facts.commitment, recomputed: recomputedCommitment },
    planHash: content.planHash,
    rosterHash: content.rosterHash,
    agreed: agreedHashes(catalog, content.series),
    merkleRoot: chunks.root,
    readBackRoot,
    rows: measuredRows(input),
    membership,
  } satisfies Measured);

  return inOneTransaction(catalog, (): PackageOnRecord => {
    const meanwhile = sameAttempt(workspace, input, contentHash(content));
    if (meanwhile !== undefined) return meanwhile;
    const frozenAt = now();
    const name = nextPackageName(catalog);
    const { manifest, text, hash } = freezeManifest({
      format: 'chorale package 1',
      name,
      frozenAt,
      preparedBy: { person: input.preparedBy.name, role: input.preparedBy.role },
      content,
      last: lastApproved(workspace, content),
      trainedOn: input.trainedOn,
      membership,
      policy,
      leaves: listLeaving(content, input.plan),
      stays,
      checks,
      notMeasured: notMeasured(checks, !isCounting(submission)),
    });
    addPackage(catalog, {
      name,
      series: content.series,
      round: content.round,
      attempt: content.attempt,
      hash,
      contentHash: contentHash(content),
      planHash: content.planHash,
      manifest: text,
      ...files,
      preparedBy: input.preparedBy.name,
      preparedRole: input.preparedBy.role,
      preparedById: input.preparedBy.id ?? null,
      frozenAt,
    });
    appendAudit(catalog, {
      person: input.preparedBy.name,
      act: 'package-frozen',
      subject: name,
      detail: { package: hash, round: content.round, bytes: chunks.bytes, chunks: chunks.chunks.length },
      at: frozenAt,
    });
    return onRecord(name, hash, 'frozen', manifest);
  });
}

const steps = 3;

/** Reports a step, lets other work of this thread breathe, and stops when asked. */
const stepper = (control: Control) => async (step: string, done: number) => {
  control.report({ step, done, total: steps });
  await new Promise((resolve) => setImmediate(resolve));
  stopIfAsked(control);
};

type Files = Pick<PackageRow, 'payloadFile' | 'escrowFile'>;

/** Named before their content is known; a kill before the row is there leaves files that the next freezing replaces. */
function filesOf({ catalog }: Workspace, input: PackageInput): Files {
  const { round, attempt } = input.submission;
  const before = packagesOfAttempt(catalog, input.plan.series, round, attempt).length;
  const folder = `packages/${sha256(attemptName(input)).slice(0, 32)}-${before + 1}`;
  return { payloadFile: `${folder}/payload`, escrowFile: `${folder}/escrow` };
}

function removeUnlessOnRecord({ catalog, vault }: Workspace, { plan, submission }: PackageInput, files: Files): void {
  const rows = packagesOfAttempt(catalog, plan.series, submission.round, submission.attempt);
  if (rows.some(({ payloadFile }) => payloadFile === files.payloadFile)) return;
  vault.remove(files.payloadFile);
  vault.remove(files.escrowFile);
}

type Written = {
  readonly facts: UploadFacts;
  readonly measures: readonly TensorMeasure[];
  /** Of the masked bytes as they were written, and what the integers that were written commit to. */
  readonly chunks: ChunkList;
  readonly encodedBytes: number;
  readonly recomputedCommitment: string;
  readonly chiSquare: number;
};

/** One pass over the parts of the upload: each is measured, hashed and written to both files, and forgotten. */
function writeMeasured(vault: Vault, { submission, change, upload }: PackageInput, files: Files): Written {
  const { terms, roundingSeed, masks } = submission;
  const measuring = measureTensors(terms);
  const counter = byteCounter(terms.ringBits);
  const lister = chunkLister();
  const commitment = commitmentHash(roundingSeed);
  let encodedBytes = 0;
  const payload = vault.create(files.payloadFile);
  const escrow = vault.create(files.escrowFile);
  try {
    escrow.write(escrowHead({ seed: roundingSeed, masks }));
    const facts = upload(({ from, numbers, before, encoded, masked }) => {
      measuring.add({ from, change: change.subarray(from, from + numbers), before, encoded });
      commitment.update(encoded);
      escrow.write(encoded);
      encodedBytes += encoded.length;
      counter.add(masked);
      lister.add(masked);
      payload.write(masked);
    });
    escrow.close();
    payload.close();
    return {
      facts,
      measures: measuring.end(),
      chunks: lister.end(),
      encodedBytes,
      recomputedCommitment: commitment.digest('hex'),
      chiSquare: counter.chiSquare(),
    };
  } finally {
    payload.discard();
    escrow.discard();
  }
}

const attemptName = ({ plan, submission: { round, attempt } }: PackageInput): string =>
  `${plan.series}/${round}/${attempt}`;

/** @throws PACKAGE_CHANGED when a package of another content is alive for this attempt */
function sameAttempt(workspace: Workspace, input: PackageInput, content: string): PackageOnRecord | undefined {
  const { round, attempt } = input.submission;
  const rows = packagesOfAttempt(workspace.catalog, input.plan.series, round, attempt);
  const same = rows.find((row) => row.contentHash === content && row.state !== 'void');
  if (same !== undefined) return toFrozen(same);
  const alive = rows.find(({ state }) => state !== 'void' && state !== 'changes-requested');
  if (alive === undefined) return undefined;
  throw new ChoraleError('PACKAGE_CHANGED', { package: alive.name, expected: alive.contentHash, found: content });
}

const toFrozen = ({ name, hash, state, manifest }: PackageRow): PackageOnRecord =>
  onRecord(name, hash, state, readManifest(manifest, hash));

function onRecord(name: string, hash: string, state: PackageState, manifest: PackageManifest): PackageOnRecord {
  const { merkleRoot: root, commitment, bytes, chunks } = manifest.content.payload;
  return { name, hash, state, manifest, frozen: { packageHash: hash, root, commitment, bytes, chunks } };
}

const encodingOf = ({
  plan,
  vector: { weights, encoding } = plan,
  submission,
}: PackageInput): PackageManifest['content']['encoding'] => ({
  weight: weights[submission.partner]!,
  totalWeight: totalWeight({ weights }),
  ringBits: encoding.ringBits,
  fractionBits: 'fractionBits' in encoding ? encoding.fractionBits : null,
  valueBits: 'valueBits' in encoding ? encoding.valueBits : null,
});

/** What this partner has posted in this attempt so far; its manifest, still to come, holds hashes alone. */
const ownMessages = ({ catalog }: Workspace, { plan, submission: { round, attempt, partner } }: PackageInput) =>
  messagesOfAttempt(catalog, plan.series, round, attempt).flatMap(({ sender, bytes }) =>
    sender === partner ? [bytes] : [],
  );

const shareOf = (measures: readonly TensorMeasure[], numbers: number): number =>
  measures.reduce((sum, { clipped }) => sum + clipped, 0) / numbers;

function describeContent(input: PackageInput, written: Written): PackageManifest['content'] {
  const { plan, vector = plan, submission, change } = input;
  const { measures, chunks, encodedBytes, facts } = written;
  const { tensors, ringBits } = submission.terms;
  const bytes = uploadBytes(vector);
  if (change.length !== vectorLength(vector) || encodedBytes !== bytes || chunks.bytes !== bytes) {
    throw new RangeError('change, encoded and masked numbers are not as many as the plan says');
  }
  return {
    series: plan.series,
    round: submission.round,
    attempt: submission.attempt,
    planHash: planHash(plan),
    rosterHash: plan.rosterHash,
    plan: flatFields(plan),
    recipient: { ...input.recipient, words: [...input.recipient.words] },
    partners: Object.keys(plan.weights).length,
    threshold: plan.threshold,
    encoding: encodingOf(input),
    tensors: tensors.map(({ offset, length }, index) => {
      const { name, shape } = vector.tensors[index]!;
      const { norm, histogram, clip, clipped } = measures[index]!;
      return {
        name,
        meaning: meaningOf(name),
        shape,
        numbers: length,
        bytes: packedBytes(offset + length, ringBits) - packedBytes(offset, ringBits),
        norm,
        clip,
        clippedShare: clipped / length,
        rowsHeldBack: index === 0 ? rowsHeldBack(input) : null,
        histogram,
      };
    }),
    payload: {
      bytes: chunks.bytes,
      bytesPerNumber: ringBits / 8,
      chunkBytes,
      chunks: [...facts.chunkList.chunks],
      merkleRoot: facts.chunkList.root,
      commitment: facts.commitment,
    },
  };
}

const measuredRows = ({ plan: { rareRows }, submission, fewestBehindARow }: PackageInput): RowsBehind | null => {
  if (fewestBehindARow === undefined) return null;
  if (rareRows === undefined) return { unit: 'compounds', fewest: fewestBehindARow, limit: null };
  return isCounting(submission)
    ? { unit: 'compounds', fewest: fewestBehindARow, limit: rareRows.compounds }
    : { unit: 'partners', fewest: fewestBehindARow, limit: rareRows.partners };
};

const isCounting = ({ round }: Pick<Submission, 'round'>): boolean => round === countingRound;

/** Rows of the first layer left out because too few partners touch them; null without such a rule. */
const rowsHeldBack = ({ plan, vector = plan, submission }: PackageInput): number | null =>
  plan.rareRows === undefined || isCounting(submission) ? null : rowsOf(plan) - rowsOf(vector);

function lastApproved({ catalog }: Workspace, like: PackageManifest['content']): PackageManifest['last'] {
  const row = lastApprovedPackage(catalog, like);
  if (row === undefined) return null;
  const { content } = readManifest(row.manifest, row.hash);
  return {
    name: row.name,
    hash: row.hash,
    norms: Object.fromEntries(content.tensors.map(({ name, norm }) => [name, norm])),
  };
}
