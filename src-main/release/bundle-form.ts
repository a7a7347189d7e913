/** The documents in an audit bundle: rows of the catalog as canonical JSON, and the manifest that holds the hash of each. */
import * as z from 'zod';
import type { AuditRow } from '../catalog/audit.ts';
import type { ConnectionRow } from '../catalog/connections.ts';
import type { CharterRow, ConsentRow } from '../catalog/consents.ts';
import type { DecisionRow, StandingApprovalRow } from '../catalog/decisions.ts';
import type { MessageRow, OwnMessageRow } from '../catalog/messages.ts';
import type { OverrideRow } from '../catalog/overrides.ts';
import type { PackageRow } from '../catalog/packages.ts';
import type { ReplacedKeyRow } from '../catalog/partner-keys.ts';
import type { CertificateRow } from '../catalog/people.ts';
import { type BundleCounts, bundleCounts } from '../contract/bundle.ts';
import { type Canonical, type Decoded, decodeCanonical, encodeCanonical } from '../federation/canonical.ts';
import { count, hash, publicKey, signature } from '../federation/formats.ts';
import { wrong } from './bundle-wrong.ts';
import type { AmendmentDigest } from './signing.ts';

/** Their order in the file; after them come `packages/*.json`, `log/*.json` and `escrow/*`. */
export const documentNames = {
  report: 'report.pdf',
  consortia: 'consortia.json',
  keys: 'keys.json',
  people: 'people.json',
  charters: 'charters.json',
  decisions: 'decisions.json',
  messages: 'messages.json',
  results: 'results.json',
  connections: 'connections.json',
  manifest: 'manifest.json',
  signatures: 'signatures.json',
} as const;

export const packageFile = (name: string): string => `packages/${name}.json`;
export const escrowFile = (name: string): string => `escrow/${name}`;
export const logFile = (part: number): string => `log/${String(part).padStart(6, '0')}.json`;
/** Entries in a file of the log. */
export const entriesInFile = 5000;

const time = z.string().nullable();

export const bundleFormat = 'chorale audit bundle 2';

export const bundleManifest = z.strictObject({
  format: z.literal(bundleFormat),
  /** Of the application that wrote it. */
  program: z.string(),
  company: z.strictObject({ id: z.string(), name: z.string() }),
  /** Ed25519: the one that the partner signs with now, then those that it has replaced. */
  partnerKeys: z.array(publicKey).min(1),
  madeAt: z.string(),
  madeBy: z.strictObject({ name: z.string(), role: z.string(), key: publicKey.nullable() }),
  /** Null: from the first entry of the log, up to the last. */
  period: z.strictObject({ from: time, to: time }),
  /** Numbers of the first and last entry in the bundle, and the head of the log when it was made. */
  log: z.strictObject({ first: count, last: count, head: z.strictObject({ seq: count, hash: z.string() }) }),
  counts: bundleCounts.strict(),
  documents: z.array(z.strictObject({ name: z.string(), bytes: count, sha256: hash })),
});

/** All that is not under the manifest: who signed it. */
export const bundleSignatures = z.strictObject({
  format: z.literal('chorale audit bundle signatures 1'),
  partner: signature,
  /** Null where the person who made it has no key. */
  person: signature.nullable(),
});

export type BundleManifest = z.infer<typeof bundleManifest>;
export type BundleSignatures = z.infer<typeof bundleSignatures>;

export type ConsortiumInBundle = {
  readonly series: string;
  readonly name: string;
  /** Canonical JSON, as it was signed. */
  readonly roster: string;
  readonly plan: string;
  readonly coordinatorUrl: string;
  readonly coordinatorKey: Uint8Array;
  readonly joinedAt: string;
};

export type PackageInBundle = {
  /** Its document is a file of its own: the very bytes that its hash is of. */
  readonly row: Omit<PackageRow, 'manifest' | 'payloadFile' | 'escrowFile'>;
  readonly decisions: readonly DecisionRow[];
  readonly overrides: readonly OverrideRow[];
};

/** A key of the partner: the present one is the last, and was replaced by none. */
export type KeyInBundle = Omit<ReplacedKeyRow, 'reason' | 'replacedAt'> & {
  /** Why the next one took its place. */
  readonly reason: ReplacedKeyRow['reason'] | null;
  readonly replacedAt: string | null;
};

/** What stands in the files, as their readers need it. */
export type BundleRows = {
  readonly consortia: readonly ConsortiumInBundle[];
  readonly keys: readonly KeyInBundle[];
  readonly certificates: readonly CertificateRow[];
  readonly charters: readonly CharterRow[];
  readonly consents: readonly ConsentRow[];
  readonly packages: readonly PackageInBundle[];
  readonly standingApprovals: readonly StandingApprovalRow[];
  readonly amendments: readonly AmendmentDigest[];
  readonly messages: readonly OwnMessageRow[];
  /** Of the coordinator: how each attempt has ended. */
  readonly results: readonly Omit<MessageRow, 'sent'>[];
  readonly connections: readonly ConnectionRow[];
};

export const encodeDocument = (rows: unknown): Uint8Array => encodeCanonical(toDocument(rows));

/** @throws BUNDLE_WRONG when the bytes are in no canonical encoding */
export function decodeDocument(name: string, bytes: Uint8Array): unknown {
  try {
    return fromDocument(decodeCanonical(bytes));
  } catch {
    throw wrong(name, 'document-form', 'canonical JSON', 'something else');
  }
}

/** @throws BUNDLE_WRONG with the field that is not as it should be */
export function parsed<Schema extends z.ZodType>(name: string, schema: Schema, value: unknown): z.infer<Schema> {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw wrong(`${name} ${issue?.path.join('.') ?? ''}`.trim(), 'document-form', 'the form of this document', 'another');
}

const text = z.string();
const number = z.number();
const bytes = z.instanceof(Uint8Array);
/** What the checks rely on; columns of later versions may stand beside it, and are signed all the same. */
const rowShapes = {
  consortium: z.looseObject({
    series: text,
    name: text,
    roster: text,
    plan: text,
    coordinatorUrl: text,
    coordinatorKey: bytes,
    joinedAt: text,
  }),
  key: z.looseObject({ publicKey: bytes, madeAt: text, replacedAt: text.nullable() }),
  certificate: z.looseObject({ publicKey: bytes, name: text, role: text, validFrom: text }),
  charter: z.looseObject({ hash: text, series: text, version: number, document: text }),
  consent: z.looseObject({ charterHash: text, person: text, role: text, key: bytes, at: text, signature: bytes }),
  decision: z.looseObject({ packageHash: text, planHash: text, verdict: text, decidedAt: text, signature: bytes }),
  standing: z.looseObject({
    ...{ id: number, series: text, planHash: text, person: text, givenAt: text, signature: bytes },
    /** Earlier versions knew of no first round. */
    limits: z.looseObject({ firstRound: number.nullable().default(null) }).nullable(),
  }),
  amendment: z.looseObject({
    id: number,
    person: text,
    role: text,
    madeAt: text,
    packageHash: text.nullable(),
    assays: z.array(number),
    compounds: number,
    compoundsHash: text.nullable(),
    signature: bytes,
  }),
  result: z.looseObject({ series: text, type: text, hash: text, at: text, bytes }),
  message: z.looseObject({ series: text, type: text, hash: text, at: text, bytes, receipt: text.nullable() }),
  connection: z.looseObject({ host: text, purpose: text, outcome: text, calls: number, bytesOut: number }),
};
const packageShape = z.looseObject({
  row: z.looseObject({
    name: text,
    hash: text,
    series: text,
    round: number,
    attempt: number,
    state: text,
    planHash: text,
  }),
  decisions: z.array(rowShapes.decision),
  overrides: z.array(z.looseObject({})),
});

/** @param content of a file of the bundle @throws BUNDLE_WRONG */
export function readRows(content: (name: string) => Uint8Array): BundleRows {
  const read = <Shape extends z.ZodType>(name: string, shape: Shape) =>
    parsed(name, shape, decodeDocument(name, content(name))) as unknown;
  const { people, charters, decisions } = documentNames;
  const { certificates } = read(people, z.strictObject({ certificates: z.array(rowShapes.certificate) })) as Pick<
    BundleRows,
    'certificates'
  >;
  const said = read(
    charters,
    z.strictObject({ charters: z.array(rowShapes.charter), consents: z.array(rowShapes.consent) }),
  ) as Pick<BundleRows, 'charters' | 'consents'>;
  const decided = read(
    decisions,
    z.strictObject({
      packages: z.array(packageShape),
      standingApprovals: z.array(rowShapes.standing),
      amendments: z.array(rowShapes.amendment),
    }),
  ) as Pick<BundleRows, 'packages' | 'standingApprovals' | 'amendments'>;
  return {
    certificates,
    ...said,
    ...decided,
    consortia: read(documentNames.consortia, z.array(rowShapes.consortium)) as BundleRows['consortia'],
    messages: read(documentNames.messages, z.array(rowShapes.message)) as BundleRows['messages'],
    keys: read(documentNames.keys, z.array(rowShapes.key).min(1)) as BundleRows['keys'],
    results: read(documentNames.results, z.array(rowShapes.result)) as BundleRows['results'],
    connections: read(documentNames.connections, z.array(rowShapes.connection)) as BundleRows['connections'],
  };
}

/** What the manifest says of them. */
export const countsOf = (
  rows: BundleRows,
  { first, last }: { readonly first: number; readonly last: number },
  escrows: number,
): BundleCounts => ({
  entries: last - first + 1,
  packages: rows.packages.length,
  sent: rows.packages.filter(({ row }) => row.state === 'sent').length,
  decisions: rows.packages.reduce((sum, { decisions }) => sum + decisions.length, 0),
  amendments: rows.amendments.length,
  messages: rows.messages.length,
  receipts: rows.messages.filter(({ receipt }) => receipt !== null).length,
  results: rows.results.filter(({ type }) => type === 'RESULT').length,
  people: new Set(rows.certificates.map(({ name }) => name)).size,
  keys: rows.keys.length,
  charters: rows.charters.length,
  consents: rows.consents.length,
  connections: rows.connections.length,
  escrows,
});

const logRow = z.strictObject({
  seq: z.number().int().positive(),
  at: text,
  person: text,
  act: text,
  subject: text,
  detail: text,
  previousHash: text,
  hash: text,
});

/** @throws BUNDLE_WRONG */
export const readLogFile = (name: string, content: Uint8Array): readonly AuditRow[] =>
  parsed(name, z.array(logRow), decodeDocument(name, content));

/** Byte strings as objects of one field, so that they are told from texts when they are read again. */
function toDocument(value: unknown): Canonical {
  if (value instanceof Uint8Array) return { base64url: Buffer.from(value).toString('base64url') };
  if (Array.isArray(value)) return value.map(toDocument);
  if (value === null || typeof value !== 'object') return value as Canonical;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, toDocument(field)]),
  );
}

function fromDocument(value: Decoded): unknown {
  if (Array.isArray(value)) return value.map(fromDocument);
  if (value === null || typeof value !== 'object') return value;
  const names = Object.keys(value);
  const fields = value as Readonly<Record<string, Decoded>>;
  if (names.length === 1 && names[0] === 'base64url' && typeof fields.base64url === 'string') {
    return new Uint8Array(Buffer.from(fields.base64url, 'base64url'));
  }
  return Object.fromEntries(names.map((name) => [name, fromDocument(fields[name]!)]));
}
