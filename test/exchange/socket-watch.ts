/**
 * Loaded with `--import` before anything else in every process and worker of a flow: notes each attempt to open a socket, to
 * look a name up or to listen, with who made it, and lets none through but those of the exchange's connector.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import { isMainThread } from 'node:worker_threads';

export type Sighting = {
  readonly kind: 'watching' | 'connect' | 'lookup' | 'datagram' | 'listen';
  readonly thread: string;
  readonly target: string;
  readonly by: 'exchange' | 'coordinator' | 'other';
  readonly stack: string;
};

const file = process.env.CHORALE_SOCKET_WATCH!;
const thread = `${process.pid} ${isMainThread ? 'main' : 'worker'}`;
Error.stackTraceLimit = 60;

function note(kind: Sighting['kind'], target: string): Sighting['by'] {
  const stack = new Error().stack ?? '';
  const by = /src-main\/exchange\/connector\.ts/.test(stack)
    ? 'exchange'
    : /src-main\/coordinator\/start\.ts/.test(stack)
      ? 'coordinator'
      : 'other';
  const sighting: Sighting = { kind, thread, target, by, stack: by === 'other' ? stack : '' };
  appendFileSync(file, `${JSON.stringify(sighting)}\n`);
  return by;
}

note('watching', '');

type Anything = (...values: unknown[]) => unknown;

/** A pipe to a child process has a path and reaches no other machine. */
function targetOf(values: readonly unknown[]): string | undefined {
  const [first] = Array.isArray(values[0]) ? (values[0] as unknown[]) : values;
  if (typeof first === 'object' && first !== null) {
    const { path, host, port } = first as { readonly path?: string; readonly host?: string; readonly port?: unknown };
    return path ? undefined : `${host ?? 'localhost'}:${String(port)}`;
  }
  return typeof first === 'string' && !/^\d+$/.test(first) ? undefined : `${String(values[1] ?? 'localhost')}:${first}`;
}

function guarded(
  owner: object,
  name: string,
  kind: Sighting['kind'],
  target: (values: readonly unknown[]) => string | undefined,
) {
  const table = owner as Record<string, Anything>;
  const original = table[name]!;
  table[name] = function (this: unknown, ...values: unknown[]) {
    const to = target(values);
    if (to !== undefined && note(kind, to) === 'other') throw new Error(`no socket here: ${to}`);
    return original.apply(this, values);
  };
}

guarded(net.Socket.prototype, 'connect', 'connect', targetOf);
guarded(net.Server.prototype, 'listen', 'listen', targetOf);
guarded(dgram.Socket.prototype, 'send', 'datagram', () => 'datagram');
guarded(dgram.Socket.prototype, 'bind', 'datagram', () => 'datagram');
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny'] as const) {
  const asked = ([host]: readonly unknown[]) => (net.isIP(String(host)) === 0 ? String(host) : undefined);
  guarded(dns, name, 'lookup', asked);
  guarded(dns.promises, name, 'lookup', asked);
}
syncBuiltinESMExports();
