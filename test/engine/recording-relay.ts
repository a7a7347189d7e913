/** Stands between a partner and its coordinator, hands every byte on, and keeps what the partner said. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type RecordingRelay = {
  readonly url: string;
  /** What the partner sent, a stream of bytes for each connection that it opened. */
  readonly said: () => readonly Buffer[];
  readonly close: () => Promise<void>;
};

/** @param coordinator its address, on this machine */
export async function openRecordingRelay(coordinator: string): Promise<RecordingRelay> {
  const { hostname, port } = new URL(coordinator);
  const streams: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((partner) => {
    const stream: Buffer[] = [];
    streams.push(stream);
    const other = connect(Number(port), hostname);
    for (const [socket, peer] of [
      [partner, other],
      [other, partner],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => peer.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        peer.destroy();
      });
    }
    partner.on('data', (bytes) => stream.push(bytes));
    partner.pipe(other);
    other.pipe(partner);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    said: () => streams.map((stream) => Buffer.concat(stream)),
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export type SaidRequest = {
  readonly method: string;
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

const endOfHead = Buffer.from('\r\n\r\n');

/**
 * Every request of a stream, and nothing left over.
 * @throws when a byte of the stream belongs to no whole request
 */
export function requestsIn(stream: Buffer): SaidRequest[] {
  const requests: SaidRequest[] = [];
  for (let at = 0; at < stream.length; ) {
    const headEnd = stream.indexOf(endOfHead, at);
    if (headEnd === -1) throw new Error(`bytes that are no request, from ${at}`);
    const [line, ...fields] = stream.subarray(at, headEnd).toString('latin1').split('\r\n');
    const [method, path, version, ...more] = line!.split(' ');
    if (version !== 'HTTP/1.1' || more.length > 0) throw new Error(`no request line: ${line}`);
    const named = fields.map((field) => {
      const colon = field.indexOf(': ');
      return [field.slice(0, colon).toLowerCase(), field.slice(colon + 2)] as const;
    });
    const headers = Object.fromEntries(named);
    if (named.length !== Object.keys(headers).length) throw new Error(`a header twice in ${line}`);
    if (headers['transfer-encoding'] !== undefined) throw new Error(`a body without its length in ${line}`);
    const start = headEnd + endOfHead.length;
    const end = start + Number(headers['content-length'] ?? 0);
    if (end > stream.length) throw new Error(`a body that is cut off in ${line}`);
    requests.push({ method: method!, path: path!, headers, body: stream.subarray(start, end) });
    at = end;
  }
  return requests;
}
