import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { decisionsOf } from '../../src-main/catalog/decisions.ts';
import { listPackages, type PackageRow } from '../../src-main/catalog/packages.ts';
import type { Workspace } from '../../src-main/catalog/workspace.ts';
import { unattended } from '../../src-main/contract/progress.ts';
import { participate } from '../../src-main/engine/participation/participate.ts';
import { usualRareRows } from '../../src-main/engine/pilot/consortium.ts';
import { bodyHash, requestHeaders, requestSignatureHolds } from '../../src-main/exchange/request-signature.ts';
import { chunkCount, chunkHash } from '../../src-main/federation/chunks.ts';
import { planHash } from '../../src-main/federation/plan.ts';
import { partnerOf } from '../../src-main/federation/roster.ts';
import { usualVoiding } from '../../src-main/federation/voiding.ts';
import { readManifest } from '../../src-main/release/manifest.ts';
import { withPayload } from '../../src-main/release/send.ts';
import { spawnTraining } from '../../src-main/training/spawn.ts';
import { openRecordingRelay, type RecordingRelay, requestsIn, type SaidRequest } from './recording-relay.ts';
import {
  openConsortium,
  prepareCompanies,
  type SmallCompanies,
  type SmallConsortium,
  steward,
} from './small-consortium.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 }); // seconds on a quiet machine

let companies: SmallCompanies;
let consortium: SmallConsortium;
let relay: RecordingRelay;

beforeAll(async () => {
  companies = await prepareCompanies('all that left', 150);
});

afterAll(() => companies.remove());

beforeEach(async () => {
  const recipe = { rounds: 1, hidden: [8], localSteps: 2, dropout: 0.2, serverRate: 0.01, uploadSeconds: 600 };
  consortium = await openConsortium(
    companies,
    { ...recipe, rareRows: usualRareRows },
    [1, 1, 1],
    (plan) => ({ ...plan, voiding: { ...usualVoiding, fall: 1 } }),
    async (url) => {
      relay = await openRecordingRelay(url);
      return relay.url;
    },
  );
});

afterEach(async () => {
  await relay.close();
  await consortium.close();
});

const takePart = (workspace: Workspace) =>
  participate(workspace, { series: 'test-1', preparedBy: steward }, unattended, { jobId: null, spawnTraining });

const sentPackages = ({ catalog }: Workspace): readonly PackageRow[] =>
  listPackages(catalog, { states: ['sent'], limit: 10 });

const payloadOf = ({ vault }: Workspace, row: PackageRow): Buffer =>
  Buffer.from(withPayload(vault, row, (payload) => payload.read(0, payload.bytes)));

/** Text of every message that the partner has signed. */
const signedMessages = ({ catalog }: Workspace): readonly string[] =>
  (catalog.db.prepare('select bytes from message where sent = 1 order by seq').pluck().all() as Uint8Array[]).map(
    (bytes) => Buffer.from(bytes).toString(),
  );

const hashPattern = '[0-9a-f]{64}';
const base64urlOf32Bytes = '[A-Za-z0-9_-]{43}';

/** All that may be asked without a body: hashes and numbers, and a challenge that was drawn. */
const questions = [
  `/v1/hello\\?challenge=${base64urlOf32Bytes}`,
  '/v1/messages\\?after=\\d+&wait=\\d+',
  `/v1/manifests/${hashPattern}/missing`,
  `/v1/chunks/${hashPattern}`,
  '/v1/standing',
].map((path) => new RegExp(`^${path}$`));

const signatureHeaders = Object.keys(requestHeaders.shape);
const plainHeaders = ['host', 'connection', 'content-length', 'content-type'];

describe('all bytes that three partners send in a series', () => {
  it('are the approved packages, the signed messages, and questions that hold nothing but hashes and numbers', async () => {
    const { workspaces, roster, plan } = consortium;
    const ended = await Promise.all(workspaces.map((workspace) => takePart(workspace)));
    expect(ended.map((part) => part.ended)).toEqual(['finished', 'finished', 'finished']);

    const requests = relay.said().flatMap(requestsIn);
    const ofPartner = (request: SaidRequest) => request.headers['chorale-partner'];
    const ids = roster.roster.partners.map(({ id }) => id);
    expect(new Set(requests.map(ofPartner))).toEqual(new Set([undefined, ...ids]));

    for (const request of requests) {
      const { method, path, headers, body } = request;
      const signed = ofPartner(request) !== undefined;
      expect(plainHeaders.concat(signed ? signatureHeaders : [])).toEqual(expect.arrayContaining(Object.keys(headers)));
      expect(headers).toMatchObject({ host: new URL(relay.url).host, connection: 'keep-alive' });
      if (method === 'GET') {
        expect(body.length).toBe(0);
        expect(questions.some((question) => question.test(path))).toBe(true);
      } else {
        expect(headers['content-type']).toBe('application/octet-stream');
        expect(signed).toBe(true);
      }
      if (!signed) expect(path).toMatch(questions[0]!);
      else expect(holds(request)).toBe(true);
    }

    for (const [at, workspace] of workspaces.entries()) {
      const own = requests.filter((request) => ofPartner(request) === ids[at]);
      const posted = own.filter(({ method }) => method === 'POST').map(({ body }) => body.toString());
      expect(new Set(own.filter(({ method }) => method === 'POST').map(({ path }) => path))).toEqual(
        new Set(['/v1/messages']),
      );
      expect(posted.sort()).toEqual(signedMessages(workspace).toSorted());

      const packages = sentPackages(workspace);
      expect(packages.map(({ round }) => round).sort()).toEqual([0, 1]);
      const put = own.filter(({ method }) => method === 'PUT');
      expect(put.length).toBe(
        packages.reduce((chunks, row) => chunks + chunkCount(payloadOf(workspace, row).length), 0),
      );
      for (const row of packages) {
        expect(decisionsOf(workspace.catalog, row.hash).some(({ verdict }) => verdict === 'approve')).toBe(true);
        const { chunks } = readManifest(row.manifest, row.hash).content.payload;
        const bodies = chunks.map((chunk) => put.filter(({ path }) => path.endsWith(`/chunks/${chunk}`)));
        expect(bodies.map(({ length }) => length)).toEqual(chunks.map(() => 1));
        expect(Buffer.concat(bodies.map(([request]) => request!.body)).equals(payloadOf(workspace, row))).toBe(true);
      }
    }

    function holds({ method, path, headers, body }: SaidRequest): boolean {
      const given = requestHeaders.parse(headers);
      const terms = {
        partner: given['chorale-partner'],
        planHash: planHash(plan),
        method,
        path,
        body: bodyHash(body.length === 0 ? undefined : body),
        time: given['chorale-time'],
        nonce: given['chorale-nonce'],
        session: given['chorale-session'],
      };
      const { key } = partnerOf(roster.roster, terms.partner)!;
      const isChunk = method !== 'PUT' || path.endsWith(chunkHash(body));
      return isChunk && requestSignatureHolds(terms, given['chorale-signature'], Buffer.from(key, 'base64url'));
    }
  });
});
