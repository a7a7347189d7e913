/** A workspace that has joined a series of three partners, and the update of one round under real masks. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCertificate, addKey, addPersonRow } from '../../src-main/catalog/people.ts';
import { openWorkspaceWithKey, type Workspace } from '../../src-main/catalog/workspace.ts';
import { chemistryParameters, rulesOf } from '../../src-main/chemistry/parameters.ts';
import type { Signer } from '../../src-main/contract/people.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { listChunks } from '../../src-main/federation/chunks.ts';
import { fingerprintOf, signingKeys } from '../../src-main/federation/identity.ts';
import type { Submission } from '../../src-main/federation/partner.ts';
import { encodingTerms, type Plan, planFor, planHash, vectorLength } from '../../src-main/federation/plan.ts';
import type { RingBits } from '../../src-main/federation/ring.ts';
import { type Roster, rosterHash } from '../../src-main/federation/roster.ts';
import { type PreparedUpload, prepareUpload } from '../../src-main/federation/upload.ts';
import { certifyPeople } from '../../src-main/release/accounts.ts';
import { freezePackage, type PackageInput, type PackageOnRecord } from '../../src-main/release/freeze.ts';

export const mara: Signer = { id: 'mara', name: 'Mara Lindner', role: 'steward' };
export const jonas: Signer = { id: 'jonas', name: 'Jonas Wirth', role: 'compliance' };

const seedOf = (text: string) => Buffer.alloc(32, text);
/** What each of the two signs with in a `joinedWorkspace`. */
export const keysOf = ({ id }: { readonly id: string }) => signingKeys(seedOf(id));
const keys = { P06: signingKeys(seedOf('six')), P09: signingKeys(seedOf('nine')), P10: signingKeys(seedOf('ten')) };
const coordinator = signingKeys(seedOf('coordinator'));

const roster: Roster = {
  format: 'chorale roster 1',
  name: 'Decima',
  partners: Object.entries(keys).map(([id, { publicKey }]) => ({
    id,
    name: id,
    key: toBase64url(publicKey),
    weight: 1,
  })),
};

const inFixedPoint: Plan['encoding'] = {
  ringBits: 32,
  fractionBits: 20,
  clip: { first: 0.01, factor: 4, atLeast: 1e-6 },
};

export function planOf(
  hidden: readonly [number, number] = [40, 20],
  bits = 64,
  encoding: Plan['encoding'] = inFixedPoint,
): Plan {
  let offset = 0;
  const tensor = (name: string, ...shape: number[]) => {
    const placed = { name, shape, offset };
    offset += shape.reduce((product, size) => product * size, 1);
    return placed;
  };
  return planFor(roster, {
    series: 'decima-1',
    coordinator: toBase64url(coordinator.publicKey),
    hidden: [...hidden],
    tensors: [
      tensor('trunk.0.weight', bits, hidden[0]),
      tensor('trunk.0.bias', hidden[0]),
      tensor('trunk.1.weight', hidden[0], hidden[1]),
      tensor('trunk.1.bias', hidden[1]),
    ],
    chemistry: rulesOf(chemistryParameters('')),
    chemistryHash: 'c'.repeat(64),
    consistency: {},
    recipe: {
      rounds: 20,
      localSteps: 10,
      localRate: 0.1,
      schedule: 'cosine',
      batchSize: 64,
      smallBatch: { below: 0, size: 16 },
      dropout: 0.2,
      headRate: 0.001,
      serverRate: 0.001,
      l2: 0,
      initialTrunkSeed: 1,
    },
    encoding,
    deadlines: { gather: 60, keys: 60, shares: 60, upload: 60 },
    buildHash: 'build',
  });
}

export type UpdateChoices = {
  readonly attempt?: number;
  readonly change?: Float32Array;
  readonly clip?: number;
  readonly residual?: Float32Array;
  /** Takes seed and masks of another round, as a partner would that lost its state. */
  readonly secretsOf?: number;
};

/** With what is streamed, as a whole. */
export type Update = PackageInput & { readonly residual: Float32Array | null; readonly prepared: PreparedUpload };

/** The parts of what was prepared, also of what was tampered with since. */
const uploadOf =
  (prepared: PreparedUpload, residual: Float32Array | null, ringBits: RingBits): PackageInput['upload'] =>
  (sink) => {
    const { encoded, masked } = prepared;
    const partBytes = 48 * 1000;
    for (let at = 0; at < encoded.length; at += partBytes) {
      const end = Math.min(at + partBytes, encoded.length);
      const from = (at * 8) / ringBits;
      const numbers = Math.floor(((end - at) * 8) / ringBits);
      const before = residual?.subarray(from, from + numbers) ?? null;
      const part = { encoded: encoded.subarray(at, end), masked: masked.subarray(at, end) };
      sink({ at, from, numbers, ...part, before, residual: null });
    }
    return prepared;
  };

/** Deterministic for a round: the same change, seed and masks each time. */
export function updateOf(plan: Plan, round: number, choices: UpdateChoices = {}): Update {
  const {
    attempt = 1,
    clip = 0.01,
    secretsOf = round,
    residual = null,
    change = smallChange(vectorLength(plan), round),
  } = choices;
  const masks: Submission['masks'] = [
    { key: Buffer.alloc(32, `own ${secretsOf}`), sign: 1, sharedWith: null },
    { key: Buffer.alloc(32, `P06 ${secretsOf}`), sign: -1, sharedWith: 'P06' },
    { key: Buffer.alloc(32, `P10 ${secretsOf}`), sign: 1, sharedWith: 'P10' },
  ];
  const submission: Submission = {
    round,
    attempt,
    partner: 'P09',
    terms: encodingTerms(
      plan,
      'P09',
      round,
      plan.tensors.map(() => clip),
    ),
    roundingSeed: Buffer.alloc(32, `seed of round ${secretsOf}`),
    masks,
  };
  const prepared = prepareUpload(submission, change, residual);
  const { hex, words } = fingerprintOf(coordinator.publicKey);
  return {
    plan,
    submission,
    change,
    residual,
    prepared,
    upload: uploadOf(prepared, residual, submission.terms.ringBits),
    recipient: {
      name: 'Decima',
      url: 'https://coordinator.decima.example',
      host: 'coordinator.decima.example:443',
      fingerprint: hex,
      words: [...words],
    },
    trainedOn: { tasks: 97, smallestTask: 50, compounds: 10_199 },
    heads: { tasks: 97, numbers: 38_897 },
    preparedBy: mara,
  };
}

/** The same update with other masked bytes, under chunk hashes that fit them. */
export function withMasked(update: Update, change: (masked: Uint8Array) => Uint8Array): Update {
  const masked = change(update.prepared.masked.slice());
  return { ...update, prepared: { ...update.prepared, masked, chunkList: listChunks(masked) } };
}

/** Between -0.009 and 0.009, not the same in two rounds. */
function smallChange(length: number, round: number): Float32Array {
  let state = round * 2654435761;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state / 2 ** 31) * 0.009;
  });
}

export type Room = {
  readonly workspace: Workspace;
  readonly folder: string;
  readonly plan: Plan;
  readonly freeze: (round: number, changes?: Partial<Update>) => Promise<PackageOnRecord>;
  readonly close: () => void;
};

export function joinedWorkspace(plan = planOf()): Room {
  const folder = mkdtempSync(join(tmpdir(), 'chorale-release-'));
  const workspace = openWorkspaceWithKey(folder, randomBytes(32));
  joinSeries(workspace, plan);
  for (const person of [mara, jonas]) addSigner(workspace, person);
  return {
    workspace,
    folder,
    plan,
    freeze(round, changes) {
      const update = { ...updateOf(plan, round), ...changes };
      const { prepared, residual, submission } = update;
      const upload = uploadOf(prepared, residual, submission.terms.ringBits);
      return freezePackage(workspace, { ...update, upload }, unattended);
    },
    close() {
      workspace.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An account whose key the test knows; nothing of it stands in the log. */
export function addSigner({ catalog }: Workspace, { id, name, role }: Signer): void {
  const at = '2025-01-01T00:00:00.000Z';
  const { publicKey } = keysOf({ id });
  addPersonRow(catalog, { id, name, role, addedBy: name, addedAt: at });
  addKey(catalog, {
    publicKey,
    personId: id,
    sealed: null,
    salt: publicKey,
    operations: 1,
    memory: 8192,
    madeBy: name,
    madeAt: at,
  });
  addCertificate(catalog, { personId: id, publicKey, name, role, validFrom: at });
  certifyPeople(catalog);
}

/** The rows that joining leaves behind. */
export function joinSeries({ catalog: { db } }: Workspace, plan: Plan): void {
  const { publicKey, secretKey } = keys.P09;
  const at = '2025-03-03T09:00:00.000Z';
  db.prepare(
    'insert into identity (id, partner_id, name, public_key, secret_key, made_at) values (1, ?, ?, ?, ?, ?)',
  ).run('P09', 'Citra', publicKey, secretKey, at);
  db.prepare(
    `insert into consortium (series, name, roster, roster_hash, plan, plan_hash, coordinator_url, coordinator_key, state,
       joined_at)
     values (?, 'Decima', ?, ?, ?, ?, ?, ?, 'joined', ?)`,
  ).run(
    plan.series,
    JSON.stringify({ roster, signatures: {} }),
    rosterHash(roster),
    JSON.stringify(plan),
    planHash(plan),
    'https://coordinator.decima.example',
    coordinator.publicKey,
    at,
  );
}

/** Something of the company's own in the catalog: ids, structures, assay codes. */
export function addCompanyData(
  { catalog: { db } }: Workspace,
  compounds: readonly (readonly [string, string])[],
): void {
  db.exec(`insert into source (id, name, sha256, bytes, format, added_at) values (1, 'Messwerte.csv', 'x', 1, 'csv', '2025');
    insert into batch (id, source_id, state, mapping, person, created_at) values (1, 1, 'committed', '{}', 'Mara Lindner', '2025');
    insert into assay (id, code, assay_type) values (1, 'PRF93126', 'OTHER')`);
  const add = db.prepare(
    `insert into compound (batch_id, company_id, structure, structure_kind, structure_key, line) values (1, ?, ?, 'smiles', ?, ?)`,
  );
  compounds.forEach(([id, smiles], index) => {
    add.run(id, smiles, smiles, index + 2);
  });
}
