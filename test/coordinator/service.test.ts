import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Coordinator, startCoordinator } from '../../src-main/coordinator/start.ts';
import { bodyHash, type RequestTerms, signRequest } from '../../src-main/exchange/request-signature.ts';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { chunkBytes, listChunks } from '../../src-main/federation/chunks.ts';
import { hello, readDocument } from '../../src-main/federation/coordinator-documents.ts';
import { noHash } from '../../src-main/federation/formats.ts';
import { keyPair } from '../../src-main/federation/masks.ts';
import { listHash, type Message, type PartnerMessageType, sealMessage } from '../../src-main/federation/messages.ts';
import { type Consortium, makeConsortium, randomFrom } from '../federation/consortium.ts';

const tensors = [{ name: 'trunk.0.weight', shape: [300_000], offset: 0 }];
const challenge = 'A'.repeat(43);

let folder: string;
let consortium: Consortium;
let coordinator: Coordinator;
let session: string;

const start = (): Promise<Coordinator> =>
  startCoordinator({
    folder,
    roster: consortium.signedRoster,
    plan: consortium.plan,
    key: consortium.coordinatorKeys,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'chorale-service-'));
  consortium = makeConsortium(3, { tensors });
  coordinator = await start();
  session = (await greet()).session;
});
afterEach(async () => {
  await coordinator.close();
  rmSync(folder, { recursive: true, force: true });
});

async function greet() {
  const answer = await fetch(`${coordinator.url}/v1/hello?challenge=${challenge}`);
  return readDocument('hello', hello, await answer.text(), consortium.coordinatorKeys.publicKey)!;
}

const random = randomFrom('nonces');

type Asked = {
  method?: string;
  path: string;
  body?: Uint8Array;
  by?: string;
  change?: Partial<RequestTerms>;
  signedBy?: string;
};

function ask({ method = 'GET', path, body, by = 'P01', change, signedBy = by }: Asked) {
  const terms: RequestTerms = {
    partner: by,
    planHash: consortium.planHash,
    method,
    path,
    body: bodyHash(body),
    time: new Date().toISOString(),
    nonce: toBase64url(random(16)),
    session,
    ...change,
  };
  const headers = signRequest(terms, consortium.keys[signedBy]!.secretKey);
  return send(method, path, headers, body);
}

async function send(method: string, path: string, headers: Record<string, string>, body?: Uint8Array) {
  const answer = await fetch(`${coordinator.url}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }) },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, text, reason: answer.status < 300 ? undefined : JSON.parse(text).reason };
}

const chains = new Map<string, { seq: number; hash: string }>();
beforeEach(() => chains.clear());

/** The partner's next message, as its state machine would say it. */
function said(from: string, type: PartnerMessageType, body: unknown, place = { round: 0, attempt: 0 }) {
  const last = chains.get(from) ?? { seq: 0, hash: noHash };
  const message = {
    ...{ planHash: consortium.planHash, ...place, from, seq: last.seq + 1, prevMsgHash: last.hash, logHead: noHash },
    ...{ type, body },
  } as Message;
  const sealed = sealMessage(message, consortium.keys[from]!.secretKey);
  chains.set(from, { seq: message.seq, hash: sealed.hash });
  return sealed;
}

async function post(from: string, type: PartnerMessageType, body: unknown, place?: { round: number; attempt: number }) {
  const sealed = said(from, type, body, place);
  const answer = await ask({ method: 'POST', path: '/v1/messages', body: sealed.bytes, by: from });
  return { ...answer, hash: sealed.hash };
}

/** All three up to where uploads are expected; keys and boxes are nonsense of the right shape. */
async function upToUploads(): Promise<{ announce: (from: string, vector: Uint8Array) => ReturnType<typeof post> }> {
  const { ids, plan, planHash } = consortium;
  const { publicKey } = keyPair(random(32));
  for (const id of ids) {
    await post(id, 'APPROVE', { rosterHash: plan.rosterHash, buildHash: 'build' });
    await post(id, 'PRESENT', { roundsDone: 0 });
  }
  const round = { round: 1, attempt: 1 };
  const place = { planHash, ...round };
  const keys = [];
  for (const id of ids) {
    const body = { baseHash: noHash, maskKey: toBase64url(publicKey), boxKey: toBase64url(publicKey) };
    keys.push({ partner: id, message: (await post(id, 'ADVERTISE', body, round)).hash });
  }
  const shares: { partner: string; message: string }[] = [];
  for (const id of ids) {
    const boxes = ids.map((to) => ({
      to,
      nonce: toBase64url(random(24)),
      box: toBase64url(random(64)),
      self: noHash,
      mask: noHash,
    }));
    const body = { keysHash: listHash(place, 'keys', keys), selfCommitment: noHash, boxes };
    shares.push({ partner: id, message: (await post(id, 'SHARE', body, round)).hash });
  }
  const sharesHash = listHash(place, 'shares', shares);
  return {
    announce: (from, vector) =>
      post(from, 'MANIFEST', { sharesHash, commitment: noHash, ...listChunks(vector) }, round),
  };
}

const upload = (manifest: string, chunk: Uint8Array, by: string, named = hashOf(chunk)) =>
  ask({ method: 'PUT', path: `/v1/manifests/${manifest}/chunks/${named}`, body: chunk, by });

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a request', () => {
  it('must be signed, by a partner of the roster, for this coordinator as it runs now', async () => {
    const path = '/v1/messages?after=0';
    expect((await ask({ path })).status).toBe(200);
    expect(await send('GET', path, {})).toMatchObject({ status: 401, reason: 'unsigned' });
    const refusals: [Omit<Asked, 'path'>, string][] = [
      [{ signedBy: 'P02' }, 'signature-does-not-hold'],
      [{ change: { partner: 'P99' } }, 'unknown-sender'],
      [{ change: { session: toBase64url(random(16)) } }, 'other-session'],
      [{ change: { planHash: 'f'.repeat(64) } }, 'signature-does-not-hold'],
      [{ change: { path: '/v1/messages?after=1' } }, 'signature-does-not-hold'],
      [{ change: { method: 'POST' } }, 'signature-does-not-hold'],
      [{ change: { time: '2020-01-01T00:00:00.000Z' } }, 'other-time'],
    ];
    for (const [asked, reason] of refusals)
      expect(await ask({ path, ...asked })).toMatchObject({ status: 401, reason });
  });

  it('counts once, and not after a restart either', async () => {
    const path = '/v1/standing';
    const terms: RequestTerms = {
      ...{ partner: 'P01', planHash: consortium.planHash, method: 'GET', path, body: bodyHash(undefined) },
      ...{ time: new Date().toISOString(), nonce: toBase64url(random(16)), session },
    };
    const headers = signRequest(terms, consortium.keys.P01!.secretKey);
    expect((await send('GET', path, headers)).status).toBe(200);
    expect(await send('GET', path, headers)).toMatchObject({ status: 401, reason: 'repeated' });
    await coordinator.close();
    coordinator = await start();
    expect(await send('GET', path, headers)).toMatchObject({ status: 401, reason: 'other-session' });
  });

  it('must carry the body that it was signed for, within the limits', async () => {
    const path = '/v1/messages';
    const body = random(10);
    const changed = await ask({ method: 'POST', path, body, change: { body: bodyHash(random(10)) } });
    expect(changed).toMatchObject({ status: 400, reason: 'body-changed' });
    const tooLong = await ask({ method: 'POST', path, body: new Uint8Array((1 << 20) + 1) });
    expect(tooLong).toMatchObject({ status: 413, reason: 'too-large' });
    expect((await ask({ path: '/v1/elsewhere' })).status).toBe(404);
    expect((await ask({ path: '/v1/messages?after=x' })).status).toBe(400);
  });
});

describe('a message', () => {
  it('gets the same receipt again when it is posted again, and counts once', async () => {
    const sealed = said('P01', 'PRESENT', { roundsDone: 0 });
    const twice = [1, 2].map(() => ask({ method: 'POST', path: '/v1/messages', body: sealed.bytes }));
    const [first, second] = await Promise.all(twice);
    expect(first!.status).toBe(200);
    expect(second!.text).toBe(first!.text);
    const log = JSON.parse((await ask({ path: '/v1/messages?after=0' })).text);
    expect(log.entries).toHaveLength(1);
  });

  it('is refused with its reason when it is forged, out of its chain, or of the coordinator’s kind', async () => {
    const sealed = said('P01', 'PRESENT', { roundsDone: 0 });
    const forged = sealMessage(sealed.message, consortium.keys.P02!.secretKey);
    const refuse = (bytes: Uint8Array) => ask({ method: 'POST', path: '/v1/messages', body: bytes });
    expect(await refuse(forged.bytes)).toMatchObject({ status: 409, reason: 'signature-does-not-hold' });
    const later = sealMessage({ ...sealed.message, seq: 3 }, consortium.keys.P01!.secretKey);
    expect(await refuse(later.bytes)).toMatchObject({ status: 409, reason: 'out-of-chain' });
    expect(await refuse(new TextEncoder().encode('{"message":1}'))).toMatchObject({
      status: 409,
      reason: 'wrong-shape',
    });
    const ahead = said('P02', 'WITHDRAW', { reason: 'left' });
    const other = sealMessage({ ...ahead.message, planHash: 'e'.repeat(64) }, consortium.keys.P02!.secretKey);
    expect(await refuse(other.bytes)).toMatchObject({ status: 409, reason: 'other-plan' });
    expect((await refuse(sealed.bytes)).status).toBe(200);
  });
});

describe('an upload', () => {
  const vector = new Uint8Array(1_200_000).map((_, i) => i % 253);
  const [first, rest] = [vector.slice(0, chunkBytes), vector.slice(chunkBytes)];

  it('takes only chunks under its manifest, from the partner that announced it', async () => {
    const { announce } = await upToUploads();
    const { hash: manifest, status } = await announce('P01', vector);
    expect(status).toBe(200);
    expect(await upload(manifest, random(100), 'P01')).toMatchObject({ status: 403, reason: 'not-under-manifest' });
    expect(await upload(manifest, first, 'P02')).toMatchObject({ status: 403, reason: 'no-such-upload' });
    expect(await upload(noHash, first, 'P01')).toMatchObject({ status: 403, reason: 'no-such-upload' });
    expect(await upload(manifest, rest, 'P01', hashOf(first))).toMatchObject({ status: 400, reason: 'other-hash' });
    expect(await upload(manifest, new Uint8Array(chunkBytes + 1), 'P01')).toMatchObject({ status: 413 });
  });

  it('says what is missing, takes it up after a restart, and is complete with the last chunk', async () => {
    const { announce } = await upToUploads();
    const { hash: manifest } = await announce('P01', vector);
    const missing = async () => JSON.parse((await ask({ path: `/v1/manifests/${manifest}/missing` })).text).missing;
    expect(await missing()).toEqual([hashOf(first), hashOf(rest)]);
    expect((await upload(manifest, first, 'P01')).status).toBe(200);
    await coordinator.close();
    coordinator = await start();
    session = (await greet()).session;
    expect(await missing()).toEqual([hashOf(rest)]);
    expect(coordinator.state().attempt?.stored).toEqual([]);
    expect((await upload(manifest, rest, 'P01')).status).toBe(200);
    expect((await upload(manifest, rest, 'P01')).status).toBe(200);
    expect(coordinator.state().attempt?.stored).toEqual(['P01']);
    const standing = JSON.parse((await ask({ path: '/v1/standing', by: 'P03' })).text);
    expect(standing).toMatchObject({ round: 1, phase: 'uploads' });
    expect(standing.partners[0]).toEqual({ id: 'P01', state: 'uploaded', bytesSent: vector.length });
  });

  it('is complete when its chunks come at once and nobody has asked which are missing', async () => {
    const { announce } = await upToUploads();
    const { hash: manifest } = await announce('P01', vector);
    const both = await Promise.all([first, rest].map((chunk) => upload(manifest, chunk, 'P01')));
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(coordinator.state().attempt?.stored).toEqual(['P01']);
  });

  it('leaves nothing half written behind after a kill', async () => {
    const { announce } = await upToUploads();
    const { hash: manifest } = await announce('P01', vector);
    await upload(manifest, first, 'P01');
    await coordinator.close();
    const whole = join(folder, 'chunks', hashOf(first).slice(0, 2), hashOf(first));
    writeFileSync(`${whole}.0123456789ab.partial`, first.subarray(0, 100));
    coordinator = await start();
    expect(readdirSync(dirname(whole))).toEqual([hashOf(first)]);
  });

  it('is not given to any partner, not even to its own', async () => {
    const { announce } = await upToUploads();
    const { hash: manifest } = await announce('P01', vector);
    await upload(manifest, first, 'P01');
    for (const by of ['P01', 'P02']) expect((await ask({ path: `/v1/chunks/${hashOf(first)}`, by })).status).toBe(404);
  });

  it('cannot be announced a second time with another root, or in the wrong size', async () => {
    const { announce } = await upToUploads();
    expect((await announce('P02', vector.slice(4))).reason).toBe('wrong-size');
    chains.set('P02', { seq: 4, hash: coordinator.state().heard.P02!.hash });
    expect((await announce('P01', vector)).status).toBe(200);
    expect(
      await announce(
        'P01',
        vector.map((byte) => byte ^ 1),
      ),
    ).toMatchObject({ status: 409, reason: 'second-answer' });
  });
});

describe('a folder', () => {
  it('belongs to one series, and a coordinator runs only with the key that the plan names', async () => {
    const other = makeConsortium(4, { tensors });
    const begin = (changed: Partial<Consortium>) => {
      const { signedRoster, plan, coordinatorKeys } = { ...consortium, ...changed };
      return startCoordinator({ folder, roster: signedRoster, plan, key: coordinatorKeys });
    };
    await coordinator.close();
    await expect(begin(other)).rejects.toThrow(/PLAN_INVALID.*other-series-in-folder/);
    await expect(begin({ coordinatorKeys: consortium.keys.P01! })).rejects.toThrow(/PLAN_INVALID.*other-coordinator/);
    await expect(begin({ signedRoster: { ...consortium.signedRoster, signatures: {} } })).rejects.toThrow(
      /signature-missing/,
    );
    coordinator = await start();
  });
});
