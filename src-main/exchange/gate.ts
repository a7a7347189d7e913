/** The one door through which this application reaches another machine: to the hosts that were agreed on, and each call written down. */
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type Dispatcher, errors } from 'undici';
import type { ConnectionCall } from '../catalog/connections.ts';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import { openConnector, type Way } from './connector.ts';

export type GateRequest = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly url: URL;
  /** For the list of connections: hello, message, watch, missing, chunk-up, chunk-down, chain, charter, standing. */
  readonly purpose: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Of the package whose bytes are in the body. */
  readonly packageHash?: string;
  /** The answer may be no longer than this. */
  readonly mostBytes: number;
  /** Until the answer begins, and between its parts. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
};

export type GateAnswer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Uint8Array;
};

export type Gate = {
  /**
   * @throws HOST_DENIED before anything is looked up or sent, CERTIFICATE_REFUSED before any byte of the request is,
   *   COORDINATOR_UNREACHABLE when no whole answer came, CANCELLED
   */
  readonly send: (request: GateRequest) => Promise<GateAnswer>;
  readonly close: () => Promise<void>;
};

const connectTimeout = 10_000;

/** Name and port as they are compared and shown, such as `coordinator.decima.example:443`. */
export const hostOf = ({ protocol, hostname, port }: URL): string =>
  `${hostname}:${port === '' ? (protocol === 'https:' ? '443' : '80') : port}`;

/**
 * @param allowed the only address: scheme, name and port must be the same
 * @param record is told of every attempt, let through or not
 * @param way the certificate that the other side must show, and the proxy on the way to it
 */
export function openGate(
  allowed: URL,
  record: (call: ConnectionCall) => void,
  way: Omit<Way, 'timeoutMs'> = {},
  now: () => string = () => new Date().toISOString(),
): Gate {
  const dispatcher = new Agent({
    connect: openConnector({ ...way, timeoutMs: connectTimeout }),
    pipelining: 1,
    connections: 8,
  });
  const proxy = way.proxy === undefined ? null : hostOf(way.proxy);
  return {
    async send(request) {
      const { url, purpose, body, packageHash = null } = request;
      const host = hostOf(url);
      const note = (outcome: ConnectionCall['outcome'], bytesOut: number, bytesIn: number, reason: string | null) =>
        record({ at: now(), host, purpose, bytesOut, bytesIn, packageHash, outcome, reason, proxy });

      // SECURITY: the host is compared before the name is looked up, so that not even its name leaves.
      if (url.protocol !== allowed.protocol || host !== hostOf(allowed)) {
        note('denied', 0, 0, 'not-the-coordinator');
        throw new ChoraleError('HOST_DENIED', { host });
      }
      const bytesOut = headBytes(request) + (body?.length ?? 0);
      try {
        const answer = await exchange(dispatcher, request);
        note('allowed', bytesOut, answer.body.length, null);
        return answer;
      } catch (error) {
        if (isChoraleError(error) && error.code === 'CERTIFICATE_REFUSED') {
          note('denied', 0, 0, 'other-certificate');
          throw error;
        }
        const cancelled = request.signal?.aborted === true;
        const reason = cancelled ? 'cancelled' : reasonOf(error);
        note('failed', bytesOut, 0, reason);
        if (cancelled) throw new ChoraleError('CANCELLED', {}, { cause: error });
        throw new ChoraleError('COORDINATOR_UNREACHABLE', { host, reason }, { cause: error });
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** Redirections are not followed: they come back as an answer like any other. */
async function exchange(dispatcher: Dispatcher, request: GateRequest): Promise<GateAnswer> {
  const { method, url, headers, body, mostBytes, timeoutMs, signal } = request;
  const answer = await dispatcher.request({
    origin: url.origin,
    path: `${url.pathname}${url.search}`,
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/octet-stream' }) },
    body: body ?? null,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    signal: signal ?? null,
  });
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > mostBytes) {
      answer.body.destroy();
      throw new Error('answer-too-long');
    }
    parts.push(part);
  }
  return { status: answer.statusCode, headers: answer.headers, body: new Uint8Array(Buffer.concat(parts)) };
}

const headBytes = ({ method, url, headers = {} }: GateRequest): number =>
  Object.entries(headers).reduce(
    (bytes, [name, value]) => bytes + name.length + value.length + 4,
    method.length + url.pathname.length + url.search.length + 13,
  );

/** Codes, not messages: a message may hold more than is safe to show. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError) return 'timeout';
  const code = (error as { readonly code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  return error instanceof Error && error.message === 'answer-too-long' ? error.message : 'failed';
}
