/** Real servers on this machine for tests of the way out: TLS under a certificate of its own, and a proxy for tunnels. */
import { createServer as createPlain, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { TlsIdentity } from '../../src-main/coordinator/certificate.ts';

type Closing = (() => Promise<unknown>)[];

export async function listening(server: Server, closing: Closing): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** Answers every request with its path, and remembers what it was asked. */
export async function secureServer({ certificate, key }: TlsIdentity, closing: Closing) {
  const asked: string[] = [];
  const server = createSecure({ cert: certificate, key }, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(`answer to ${request.url}`);
  });
  return { port: await listening(server, closing), asked };
}

export type Proxy = {
  readonly address: string;
  readonly port: number;
  /** Targets of CONNECT with the credentials that came with them. */
  readonly asked: { readonly target: string; readonly credentials: string | null }[];
  /** Every byte that clients sent through the tunnels. */
  readonly seen: () => Buffer;
};

/** @param route what a name stands for, as a company's name server would say; undefined refuses with this status */
export async function connectProxy(
  route: (target: string) => number | undefined,
  closing: Closing,
  { refusal = 403 }: { readonly refusal?: number } = {},
): Promise<Proxy> {
  const asked: { target: string; credentials: string | null }[] = [];
  const seen: Buffer[] = [];
  const server = createPlain((_request, response) => response.writeHead(405).end());
  server.on('connect', (request, socket, head) => {
    const target = request.url ?? '';
    asked.push({ target, credentials: request.headers['proxy-authorization'] ?? null });
    const port = route(target);
    if (port === undefined) {
      socket.end(`HTTP/1.1 ${refusal} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.write(head);
      socket.on('data', (bytes: Buffer) => seen.push(bytes));
      socket.pipe(onward).pipe(socket);
    });
    closing.push(async () => void onward.destroy());
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  const port = await listening(server, closing);
  return { address: `http://127.0.0.1:${port}`, port, asked, seen: () => Buffer.concat(seen) };
}
