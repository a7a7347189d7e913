/** Freezes a package before anybody looks at it: files into the vault, the document with its checks, one row, one log entry. */
import {
  addPackage,
  agreedHashes,
  countWorkspace,
  countWorkspaceTexts,
  lastApprovedPackage,
  nextPackageName,
  type PackageRow,
  packagesOfAttempt,
  workspaceTexts,
} from '../catalog/packages.ts';
import { inOneTransaction } from '../catalog/transaction.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { PackageManifest, PackageState, Recipient } from '../contract/release.ts';
import type { Person } from '../contract/settings.ts';
import { chunkBytes, listChunks } from '../federation/chunks.ts';
import { commitmentTo } from '../federation/encoding.ts';
import type { Submission } from '../federation/partner.ts';
import type { FrozenPackage } from '../federation/partner-state.ts';
import { type Plan, planHash, totalWeight, uploadBytes, vectorLength } from '../federation/plan.ts';
import { countingRound, rowsOf } from '../federation/rare-rows.ts';
import { packedBytes } from '../federation/ring.ts';
import type { PreparedUpload } from '../federation/upload.ts';
import { appendAudit } from './audit.ts';
import { searchCatalogTexts } from './catalog-text.ts';
import { applicationLimits, type DisclosureLimits, discloseChecks, type Measured, notMeasured } from './checks.ts';
import { flatFields } from './difference.ts';
import { writeEscrow } from './escrow.ts';
import { contentHash, freezeManifest, readManifest, textsOfDocument } from './manifest.ts';
import { meaningOf, measureTensors, type TensorMeasure } from './tensors.ts';
import { chiSquareOfBytes } from './uniformity.ts';

export type PackageInput = {
  readonly plan: Plan;
  /** The plan as it holds for the vector of this round (`planOfRound`); the plan itself where all of it is sent. */
  readonly vector?: Plan;
  /** What the change was encoded and masked with: `submissionOf` of the partner's state. */
  readonly submission: Submission;
  /** The clear change of all tensors. It is measured here and not kept: seed and integers in the escrow stand for it. */
  readonly change: Float32Array;
  /** What earlier rounds have left over, see `encodeUpdate`; null for nothing. */
  readonly residual: Float32Array | null;
  /** `prepareUpload` of these: the integers, and the masked bytes that leave. */
  readonly prepared: PreparedUpload;
  readonly recipient: Recipient;
  /**
   * Where the plan freezes rare rows: in round 0 the own training compounds behind the least of the rows that are said
   * to be touched, then the partners that touch the least of the rows that are sent.
   */
  readonly fewestBehindARow?: number;
  readonly trainedOn: PackageManifest['trainedOn'];
  /** The private heads, for the list of what stays. */
  readonly heads: { readonly tasks: number; readonly numbers: number };
  readonly preparedBy: Person;
  /** Of the plan; the application's own where the plan names none. */
  readonly limits?: DisclosureLimits;
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
  const { catalog, vault } = workspace;
  const { submission, prepared } = input;
  const { masked } = prepared;
  const step = stepper(control);

  await step('release.measure', 0);
  const measures = measureTensors({ ...input, encoded: prepared.encoded }, submission.terms);
  const content = describeContent(input, measures);
  const known = sameAttempt(workspace, input, contentHash(content));
  if (known !== undefined) return known;

  await step('release.hash', 1);
  const chunks = listChunks(masked);
  if (chunks.root !== prepared.chunkList.root || chunks.chunks.join() !== prepared.chunkList.chunks.join()) {
    throw new ChoraleError('PACKAGE_CHANGED', {
      package: attemptName(input),
      expected: prepared.chunkList.root,
      found: chunks.root,
    });
  }
  const recomputedCommitment = commitmentTo(prepared.encoded, submission.roundingSeed);
  const chiSquare = chiSquareOfBytes(masked, submission.terms.ringBits);

  await step('release.write', 2);
  const payloadFile = `packages/${chunks.root}/payload`;
  const escrowFile = `packages/${chunks.root}/escrow`;
  vault.write(payloadFile, masked);
  await step('release.write', 3);
  vault.write(
    escrowFile,
    writeEscrow({ seed: submission.roundingSeed, masks: submission.masks, encoded: prepared.encoded }),
  );
  await step('release.readBack', 4);
  const readBackRoot = listChunks(vault.read(payloadFile)).root;

  await step('release.search', 5);
  const stays = listStaying(workspace, input);
  const texts = searchCatalogTexts(
    { atMost: countWorkspaceTexts(catalog), each: () => workspaceTexts(catalog) },
    masked,
    textsOfDocument({ content, stays }),
  );

  const { limits } = input;
  const checks = discloseChecks({
    limits: limits ?? applicationLimits,
    limitsFrom: limits === undefined ? 'application' : 'plan',
    terms: submission.terms,
    smallestTask: input.trainedOn.smallestTask,
    // Of the whole trunk: rows that are not sent are not clipped either, and the limit is for all of them.
    clippedShare: shareOf(measures, Math.max(input.change.length, vectorLength(input.plan))),
    tensors: measures,
    texts,
    chiSquare,
    commitment: { stated: prepared.commitment, recomputed: recomputedCommitment },
    planHash: content.planHash,
    rosterHash: content.rosterHash,
    agreed: agreedHashes(catalog, content.series),
    merkleRoot: chunks.root,
    readBackRoot,
    rows: measuredRows(input),
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
      leaves: listLeaving(content, input.plan),
      stays,
      checks,
      notMeasured: [...notMeasured(input.fewestBehindARow !== undefined)],
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
      payloadFile,
      escrowFile,
      preparedBy: input.preparedBy.name,
      preparedRole: input.preparedBy.role,
      frozenAt,
    });
    appendAudit(catalog, {
      person: input.preparedBy.name,
      act: 'package-frozen',
      subject: name,
      detail: { package: hash, round: content.round, bytes: masked.length, chunks: chunks.chunks.length },
      at: frozenAt,
    });
    return onRecord(name, hash, 'frozen', manifest);
  });
}

const steps = 6;

/** Reports a step, lets other work of this thread breathe, and stops when asked. */
const stepper = (control: Control) => async (step: string, done: number) => {
  control.report({ step, done, total: steps });
  await new Promise((resolve) => setImmediate(resolve));
  stopIfAsked(control);
};

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

const shareOf = (measures: readonly TensorMeasure[], numbers: number): number =>
  measures.reduce((sum, { clipped }) => sum + clipped, 0) / numbers;

function describeContent(input: PackageInput, measures: readonly TensorMeasure[]): PackageManifest['content'] {
  const { plan, vector = plan, submission, prepared, change } = input;
  const { masked, encoded, chunkList } = prepared;
  const { tensors, ringBits } = submission.terms;
  const bytes = uploadBytes(vector);
  if (change.length !== vectorLength(vector) || encoded.length !== bytes || masked.length !== bytes) {
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
      bytes: masked.length,
      bytesPerNumber: ringBits / 8,
      chunkBytes,
      chunks: [...chunkList.chunks],
      merkleRoot: chunkList.root,
      commitment: prepared.commitment,
    },
  };
}

const measuredRows = ({ plan: { rareRows }, submission, fewestBehindARow }: PackageInput): Measured['rows'] => {
  if (rareRows === undefined || fewestBehindARow === undefined) return null;
  return isCounting(submission)
    ? { unit: 'compounds', fewest: fewestBehindARow, limit: rareRows.compounds }
    : { unit: 'partners', fewest: fewestBehindARow, limit: rareRows.partners };
};

const isCounting = ({ round }: Pick<Submission, 'round'>): boolean => round === countingRound;

/** Rows of the first layer left out because too few partners touch them; null without such a rule. */
const rowsHeldBack = ({ plan, vector = plan, submission }: PackageInput): number | null =>
  plan.rareRows === undefined || isCounting(submission) ? null : rowsOf(plan) - rowsOf(vector);

/** Everything that crosses the boundary in this round, the small messages of the protocol included. */
const listLeaving = (
  { payload, partners, threshold, encoding, tensors, round }: PackageManifest['content'],
  { rareRows, voiding }: Plan,
) =>
  [
    isCounting({ round })
      ? {
          item: 'row-counts' as const,
          facts: { rows: tensors[0]!.numbers, compounds: rareRows!.compounds, partners, bytes: payload.bytes },
        }
      : {
          item: 'trunk-change' as const,
          facts: { numbers: tensors.reduce((sum, tensor) => sum + tensor.numbers, 0), bytes: payload.bytes },
        },
    { item: 'one-time-keys', facts: { keys: 2, bytes: 64 } },
    { item: 'key-shares', facts: { partners: partners - 1, threshold } },
    { item: 'signatures', facts: { partners } },
    { item: 'counts', facts: { tensors: tensors.length, weight: encoding.weight, totalWeight: encoding.totalWeight } },
    ...(voiding === undefined || isCounting({ round })
      ? []
      : [{ item: 'verdict' as const, facts: { seconds: voiding.seconds } }]),
  ] satisfies PackageManifest['leaves'];

function listStaying({ catalog }: Workspace, { change, heads, submission }: PackageInput) {
  const { structures, compoundIds, assays, measurements, files } = countWorkspace(catalog);
  return [
    { item: 'structures', facts: { structures } },
    { item: 'names', facts: { compoundIds, assays, files } },
    { item: 'measurements', facts: { measurements } },
    { item: 'heads', facts: heads },
    { item: 'unmasked-change', facts: { numbers: change.length, seeds: submission.masks.length + 1 } },
  ] satisfies PackageManifest['stays'];
}

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
