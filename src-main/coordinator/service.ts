/** The coordinator's HTTP service: signed requests in, signed receipts and relayed messages out. */
import { randomBytes } from 'node:crypto';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import * as z from 'zod';
import { type ChoraleError, isChoraleError } from '../contract/errors.ts';
import { bodyHash } from '../exchange/request-signature.ts';
import { toBase64url } from '../federation/canonical.ts';
import { chunkBytes, chunkHash } from '../federation/chunks.ts';
import { signDocument } from '../federation/coordinator-documents.ts';
import { bytesText, count, hash } from '../federation/formats.ts';
import type { TlsIdentity } from './certificate.ts';
import type { Charters } from './charters.ts';
import { createRequestCheck } from './request-check.ts';
import type { SeriesEngine } from './series-engine.ts';
import { standingOf } from './standing.ts';
import type { ChunkStore, MessageStore } from './store.ts';
import type { CoordinatorSurroundings } from './turn.ts';

export type ServiceNeeds = {
  readonly around: Omit<CoordinatorSurroundings, 'now'>;
  readonly engine: SeriesEngine;
  readonly messages: MessageStore;
  readonly chunks: ChunkStore;
  readonly charters: Charters;
  readonly tls?: TlsIdentity | undefined;
  readonly now: () => number;
  readonly failed: (error: unknown) => void;
};

/** MANIFEST of a model of 4 GiB: 4,096 hashes. */
const mostMessageBytes = 1 << 20;
const longestWaitSeconds = 60;

const challenge = z.object({ challenge: bytesText(32) });
const log = z.object({
  after: z.coerce.number().pipe(count),
  wait: z.coerce.number().min(0).max(longestWaitSeconds).default(0),
});
const manifestPath = z.object({ manifest: hash });
const chunkPath = z.object({ chunk: hash });
const charterAfter = z.object({ after: z.coerce.number().pipe(count) });

class Refusal extends Error {
  readonly status: number;
  constructor(status: number, reason: string) {
    super(reason);
    this.status = status;
  }
}

export function createService({
  around,
  engine,
  messages,
  chunks,
  charters,
  tls,
  now,
  failed,
}: ServiceNeeds): FastifyInstance {
  const { plan, planHash, roster, keys } = around;
  const session = toBase64url(randomBytes(16));
  const check = createRequestCheck(roster, planHash, session);
  const senders = new WeakMap<FastifyRequest, { readonly partner: string; readonly body: string }>();
  const options = { bodyLimit: mostMessageBytes, forceCloseConnections: true };
  const service: FastifyInstance =
    tls === undefined
      ? Fastify(options)
      : (Fastify({ ...options, https: { cert: tls.certificate, key: tls.key } }) as unknown as FastifyInstance);

  service.removeAllContentTypeParsers();
  service.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  service.setErrorHandler((error, _request, reply) => {
    if (error instanceof Refusal) return answer(reply, error.status, { reason: error.message });
    if (isChoraleError(error) && error.code === 'NOT_FOUND') return answer(reply, 404, { reason: 'not-found' });
    if (isChoraleError(error) && error.code === 'CHARTER_INVALID') {
      return answer(reply, 409, { reason: (error as ChoraleError<'CHARTER_INVALID'>).data.reason });
    }
    const status = (error as { readonly statusCode?: number }).statusCode ?? 500;
    if (status >= 500) failed(error);
    return answer(reply, status, { reason: status === 413 ? 'too-large' : status >= 500 ? 'failed' : 'malformed' });
  });
  service.setNotFoundHandler((_request, reply) => answer(reply, 404, { reason: 'not-found' }));

  // SECURITY: who asks is known before the first byte of a body is read, so nobody else can fill memory or disk.
  service.addHook('onRequest', async (request) => {
    if (request.url.startsWith('/v1/hello?')) return;
    const checked = check({ method: request.method, path: request.url, headers: request.headers }, now());
    if (!checked.ok) throw new Refusal(401, checked.reason);
    senders.set(request, checked);
  });

  service.addHook('preHandler', async (request) => {
    const sender = senders.get(request);
    if (sender !== undefined && bodyHash(bodyOf(request)) !== sender.body) throw new Refusal(400, 'body-changed');
  });

  const senderOf = (request: FastifyRequest): string => senders.get(request)!.partner;

  service.get('/v1/hello', async (request, reply) => {
    const document = {
      format: 'chorale hello 1' as const,
      planHash,
      rosterHash: plan.rosterHash,
      challenge: parsed(challenge, request.query).challenge,
      session,
      at: new Date(now()).toISOString(),
    };
    return text(reply, signDocument('hello', document, keys.secretKey));
  });

  service.post('/v1/messages', async (request, reply) => {
    const posted = await engine.post(bodyOf(request) ?? new Uint8Array());
    if (!posted.ok) throw new Refusal(409, posted.reason);
    return text(reply, posted.receipt);
  });

  service.get('/v1/messages', async (request, reply) => {
    const { after, wait } = parsed(log, request.query);
    const gone = new AbortController();
    request.raw.on('close', () => gone.abort());
    const entries = await engine.entriesAfter(after, wait * 1000, gone.signal);
    return answer(reply, 200, {
      entries: entries.map(({ position, bytes }) => ({ position, text: new TextDecoder().decode(bytes) })),
    });
  });

  /** What the partner said last, as it signed it: one that was restored from a backup goes on from there. */
  service.get('/v1/chain', async (request, reply) => {
    const end = engine.state().heard[senderOf(request)];
    const last = end === undefined ? undefined : await messages.message(end.hash);
    return answer(reply, 200, { last: last === undefined ? null : new TextDecoder().decode(last) });
  });

  service.get('/v1/manifests/:manifest/missing', async (request, reply) => {
    const { manifest } = parsed(manifestPath, request.params);
    const missing = await engine.missingChunks(manifest, senderOf(request));
    if (missing === undefined) throw new Refusal(404, 'no-such-upload');
    return answer(reply, 200, { missing });
  });

  service.put('/v1/manifests/:manifest/chunks/:chunk', { bodyLimit: chunkBytes }, async (request, reply) => {
    const { manifest, chunk: named } = parsed(manifestPath.extend(chunkPath.shape), request.params);
    const chunk = bodyOf(request) ?? new Uint8Array();
    if (chunkHash(chunk) !== named) throw new Refusal(400, 'other-hash');
    const refused = await engine.putChunk(manifest, named, chunk, senderOf(request));
    if (refused !== undefined) throw new Refusal(403, refused);
    return answer(reply, 200, {});
  });

  // SECURITY: only sums are given out. A masked upload becomes readable once self masks are revealed; an auditor gets it, no partner.
  service.get('/v1/chunks/:chunk', async (request, reply) => {
    const { chunk } = parsed(chunkPath, request.params);
    if (!(await messages.isOfSum(chunk))) throw new Refusal(404, 'not-found');
    return reply.type('application/octet-stream').send(Buffer.from(await chunks.get(chunk)));
  });

  service.post('/v1/charters', async (request, reply) => {
    await charters.handIn(new TextDecoder().decode(bodyOf(request)), senderOf(request));
    return answer(reply, 200, {});
  });

  service.get('/v1/charters', async (request, reply) =>
    answer(reply, 200, await charters.after(parsed(charterAfter, request.query).after)),
  );

  service.get('/v1/standing', async (_request, reply) =>
    answer(reply, 200, standingOf(engine.state(), around, engine.chunksStored())),
  );

  return service;
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw new Refusal(400, 'malformed');
  return result.data;
}

const bodyOf = ({ body }: FastifyRequest): Uint8Array | undefined => (body instanceof Uint8Array ? body : undefined);

const answer = (reply: FastifyReply, status: number, value: unknown): FastifyReply =>
  text(reply.status(status), JSON.stringify(value));

const text = (reply: FastifyReply, json: string): FastifyReply => reply.type('application/json').send(json);
