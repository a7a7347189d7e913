/** The client of the coordinator: the only room that opens a connection. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Catalog } from '../catalog/open.ts';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import { toBase64url } from '../federation/canonical.ts';
import { chunkBytes, chunkHash } from '../federation/chunks.ts';
import { hello, type Receipt, readDocument, receipt } from '../federation/coordinator-documents.ts';
import { hash } from '../federation/formats.ts';
import type { SigningKeys } from '../federation/identity.ts';
import { messageHash, openMessage } from '../federation/messages.ts';
import { openConnectionLog } from './connection-log.ts';
import { type Standing, standing } from './coordinator-documents.ts';
import { type GateAnswer, type GateRequest, hostOf, openGate } from './gate.ts';
import { bodyHash, signRequest } from './request-signature.ts';

export type ExchangePartner = {
  readonly self: string;
  readonly keys: SigningKeys;
  readonly planHash: string;
  readonly rosterHash: string;
  /** As the roster's partners agreed: another host, key or certificate is not spoken to. */
  readonly coordinator: {
    readonly url: string;
    readonly key: Uint8Array;
    /** Hex SHA-256 of the public key that its TLS certificate must have; null takes any that this machine trusts. */
    readonly certificate: string | null;
  };
  /** On the way to the coordinator. */
  readonly proxy?: URL | undefined;
};

export type ExchangeOptions = {
  /**
   * Asked for every chunk before it is sent: whether it lies under the root of this package, and the package is
   * approved. Without it nothing can be uploaded.
   */
  readonly mayLeave?: (packageHash: string, chunk: string) => boolean;
  /** Waits in milliseconds before a call is tried again, after a failure of the network. */
  readonly retryAfter?: readonly number[];
  readonly timeoutMs?: number;
};

/** An entry of the coordinator's log, in the form that `step` takes. */
export type ExchangeEntry = { readonly position: number; readonly bytes: Uint8Array };

export type AcknowledgedMessage = {
  readonly receipt: Receipt;
  /** With the coordinator's signature, to be kept. */
  readonly text: string;
};

export type UploadedChunk = {
  /** Hash of the MANIFEST that lists it, already posted. */
  readonly manifest: string;
  readonly hash: string;
  readonly chunk: Uint8Array;
  readonly packageHash: string;
};

/**
 * Every call throws HOST_DENIED, CERTIFICATE_REFUSED, COORDINATOR_UNREACHABLE after the last retry, COORDINATOR_REFUSED with the reason when
 * the coordinator says no or is not who it should be, and CANCELLED.
 */
export type Exchange = {
  /** @param text canonical JSON of a signed message; posting it again gives the same receipt */
  readonly postMessage: (text: string, signal?: AbortSignal) => Promise<AcknowledgedMessage>;
  /** What stands in the log after this position; waits for something to come when there is nothing. */
  readonly messagesSince: (
    position: number,
    waitSeconds: number,
    signal?: AbortSignal,
  ) => Promise<readonly ExchangeEntry[]>;
  /** Every entry from now on, until the signal is aborted. */
  readonly watch: (position: number, signal: AbortSignal) => AsyncGenerator<ExchangeEntry, void, void>;
  /** Chunks of an announced upload that the coordinator does not have yet. */
  readonly missingChunks: (manifest: string, signal?: AbortSignal) => Promise<readonly string[]>;
  /** @throws PACKAGE_CHANGED when the bytes are not those of the hash, NOT_APPROVED when the guard says no */
  readonly putChunk: (chunk: UploadedChunk, signal?: AbortSignal) => Promise<void>;
  /** A chunk of a sum, compared with its hash. */
  readonly getChunk: (chunk: string, signal?: AbortSignal) => Promise<Uint8Array>;
  /**
   * The end of the own chain: what this partner said last, under its own signature; null before it has said anything. Asked
   * for after a restore from a backup, which remembers less than the coordinator has seen.
   */
  readonly ownChain: (signal?: AbortSignal) => Promise<{ readonly seq: number; readonly hash: string } | null>;
  /** Charters later than this version, under all signatures and oldest first, and those still being signed; each as text. */
  readonly charters: (
    after: number,
    signal?: AbortSignal,
  ) => Promise<{ readonly versions: readonly string[]; readonly proposals: readonly string[] }>;
  /** @param text of a charter that this partner has signed */
  readonly handInCharter: (text: string, signal?: AbortSignal) => Promise<void>;
  /** Who has done what, for display. */
  readonly standing: (signal?: AbortSignal) => Promise<Standing>;
  readonly close: () => Promise<void>;
};

const entries = z.object({ entries: z.array(z.object({ position: z.number().int(), text: z.string() })) });
const missing = z.object({ missing: z.array(hash) });
const chainEnd = z.object({ last: z.string().nullable() });
const charterTexts = z.object({ versions: z.array(z.string()), proposals: z.array(z.string()) });
const refusal = z.object({ reason: z.string() });

/** For one request: a coordinator may be restarted many times while it is asked what is new, but not without end. */
const mostGreetings = 50;
const smallAnswer = 1 << 16;
const largeAnswer = 64 << 20;

export function openExchange(
  { self, keys, planHash, rosterHash, coordinator, proxy }: ExchangePartner,
  catalog: Catalog,
  { mayLeave = () => false, retryAfter = [200, 1000, 3000], timeoutMs = 30_000 }: ExchangeOptions = {},
): Exchange {
  const base = new URL(coordinator.url);
  const host = hostOf(base);
  const connections = openConnectionLog(catalog);
  const gate = openGate(base, connections.note, { certificate: coordinator.certificate ?? undefined, proxy });
  let session: Promise<string> | undefined;

  type Call = Pick<GateRequest, 'method' | 'purpose' | 'signal' | 'mostBytes'> &
    Partial<Pick<GateRequest, 'body' | 'packageHash' | 'timeoutMs'>> & {
      readonly path: string;
      /** Asked directly before each try. @throws NOT_APPROVED */
      readonly permit?: () => void;
    };

  const refused = (status: number, reason: string) => new ChoraleError('COORDINATOR_REFUSED', { host, status, reason });

  /** One signed request, tried again while the network fails; after a restart of the coordinator under its new session. */
  async function call(request: Call): Promise<GateAnswer> {
    for (let greetings = 0; ; greetings++) {
      const answer = await patiently(() => signedOnce(request), request.signal);
      const isRestarted = answer.status === 401 && reasonIn(answer) === 'other-session';
      if (!isRestarted || greetings === mostGreetings) return accepted(answer);
      session = undefined;
    }
  }

  async function signedOnce(call: Call): Promise<GateAnswer> {
    const { path, permit, ...request } = call;
    session ??= greet(request.signal);
    const current = session;
    let named: string;
    try {
      named = await current;
    } catch (error) {
      if (session === current) session = undefined;
      // The greeting was another call's, and that one was cancelled.
      if (isChoraleError(error) && error.code === 'CANCELLED' && request.signal?.aborted !== true) {
        return signedOnce(call);
      }
      throw error;
    }
    const headers = signRequest(
      {
        partner: self,
        planHash,
        method: request.method,
        path,
        body: bodyHash(request.body),
        time: new Date().toISOString(),
        nonce: toBase64url(randomBytes(16)),
        session: named,
      },
      keys.secretKey,
    );
    permit?.();
    return gate.send({ timeoutMs, ...request, url: new URL(path, base), headers });
  }

  /** The coordinator proves that it holds the key that the plan names, before anything else is said to it. */
  async function greet(signal: AbortSignal | undefined): Promise<string> {
    const challenge = toBase64url(randomBytes(32));
    const url = new URL(`/v1/hello?challenge=${challenge}`, base);
    const answer = accepted(
      await gate.send({ method: 'GET', url, purpose: 'hello', mostBytes: smallAnswer, timeoutMs, signal }),
    );
    const document = readDocument('hello', hello, textOf(answer), coordinator.key);
    if (document === undefined || document.challenge !== challenge) throw refused(answer.status, 'not-the-coordinator');
    if (document.planHash !== planHash || document.rosterHash !== rosterHash)
      throw refused(answer.status, 'other-plan');
    return document.session;
  }

  async function patiently(attempt: () => Promise<GateAnswer>, signal: AbortSignal | undefined): Promise<GateAnswer> {
    for (const wait of retryAfter) {
      try {
        const answer = await attempt();
        if (!isPassing(answer.status)) return answer;
      } catch (error) {
        if (!isChoraleError(error) || error.code !== 'COORDINATOR_UNREACHABLE') throw error;
      }
      await pause(wait * (0.75 + Math.random() / 2), signal);
    }
    return attempt();
  }

  function accepted(answer: GateAnswer): GateAnswer {
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (isPassing(answer.status)) {
      throw new ChoraleError('COORDINATOR_UNREACHABLE', { host, reason: `status-${answer.status}` });
    }
    throw refused(answer.status, reasonIn(answer));
  }

  function parsed<Schema extends z.ZodType>(schema: Schema, answer: GateAnswer): z.infer<Schema> {
    const value = schema.safeParse(jsonOf(answer));
    if (!value.success) throw refused(answer.status, 'answer-unreadable');
    return value.data;
  }

  async function messagesSince(position: number, waitSeconds: number, signal?: AbortSignal) {
    const answer = await call({
      method: 'GET',
      path: `/v1/messages?after=${position}&wait=${waitSeconds}`,
      purpose: 'watch',
      mostBytes: largeAnswer,
      timeoutMs: timeoutMs + waitSeconds * 1000,
      signal,
    });
    return parsed(entries, answer).entries.map(({ position: at, text }) => ({
      position: at,
      bytes: new TextEncoder().encode(text),
    }));
  }

  return {
    async postMessage(text, signal) {
      const body = new TextEncoder().encode(text);
      const path = '/v1/messages';
      const answer = await call({ method: 'POST', path, purpose: 'message', body, mostBytes: smallAnswer, signal });
      const document = readDocument('receipt', receipt, textOf(answer), coordinator.key);
      const posted = messageHash(JSON.parse(text).message);
      if (document?.message !== posted || document.planHash !== planHash) throw refused(answer.status, 'no-receipt');
      return { receipt: document, text: textOf(answer) };
    },

    messagesSince,

    async *watch(position, signal) {
      for (let after = position; !signal.aborted; ) {
        for (const entry of await messagesSince(after, 20, signal)) {
          after = entry.position;
          yield entry;
        }
      }
    },

    async missingChunks(manifest, signal) {
      const path = `/v1/manifests/${manifest}/missing`;
      return parsed(missing, await call({ method: 'GET', path, purpose: 'missing', mostBytes: largeAnswer, signal }))
        .missing;
    },

    async putChunk({ manifest, hash: named, chunk, packageHash }, signal) {
      const found = chunkHash(chunk);
      if (found !== named) throw new ChoraleError('PACKAGE_CHANGED', { package: packageHash, expected: named, found });
      // SECURITY: no byte of an update leaves without an approval of the package that it belongs to, at no try.
      const permit = () => {
        if (!mayLeave(packageHash, named)) throw new ChoraleError('NOT_APPROVED', { package: packageHash });
      };
      permit();
      await call({
        permit,
        method: 'PUT',
        path: `/v1/manifests/${manifest}/chunks/${named}`,
        purpose: 'chunk-up',
        body: chunk,
        packageHash,
        mostBytes: smallAnswer,
        signal,
      });
    },

    async getChunk(named, signal) {
      const path = `/v1/chunks/${named}`;
      const answer = await call({ method: 'GET', path, purpose: 'chunk-down', mostBytes: chunkBytes, signal });
      if (chunkHash(answer.body) !== named) throw refused(answer.status, 'chunk-changed');
      return answer.body;
    },

    async ownChain(signal) {
      const path = '/v1/chain';
      const answer = await call({ method: 'GET', path, purpose: 'chain', mostBytes: largeAnswer, signal });
      const { last } = parsed(chainEnd, answer);
      if (last === null) return null;
      const ownKey = (sender: string) => (sender === self ? keys.publicKey : undefined);
      const { message, hash: found } = openMessage(new TextEncoder().encode(last), ownKey);
      if (message.planHash !== planHash) throw refused(answer.status, 'other-plan');
      return { seq: message.seq, hash: found };
    },

    async charters(after, signal) {
      const path = `/v1/charters?after=${after}`;
      const answer = await call({ method: 'GET', path, purpose: 'charter', mostBytes: largeAnswer, signal });
      return parsed(charterTexts, answer);
    },

    async handInCharter(text, signal) {
      const body = new TextEncoder().encode(text);
      const path = '/v1/charters';
      await call({ method: 'POST', path, purpose: 'charter', body, mostBytes: smallAnswer, signal });
    },

    async standing(signal) {
      const path = '/v1/standing';
      return parsed(standing, await call({ method: 'GET', path, purpose: 'standing', mostBytes: 1 << 20, signal }));
    },

    async close() {
      await gate.close();
      connections.flush();
    },
  };
}

/** The service, or what stands before it, is not up yet or has failed over something of its own, such as a full disk. */
const isPassing = (status: number): boolean => status === 429 || status === 500 || (status >= 502 && status <= 504);

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(milliseconds, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw new ChoraleError('CANCELLED', {}, { cause: error });
  }
}

const textOf = ({ body }: GateAnswer): string => new TextDecoder().decode(body);

function jsonOf(answer: GateAnswer): unknown {
  try {
    return JSON.parse(textOf(answer));
  } catch {
    return undefined;
  }
}

const reasonIn = (answer: GateAnswer): string => refusal.safeParse(jsonOf(answer)).data?.reason ?? 'refused';
