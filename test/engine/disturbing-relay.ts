/** Stands between partners and their coordinator, looks at every request on its way, and holds, cuts or refuses what a test says. */
import { once } from 'node:events';
import { createServer, request as forward, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export type Relayed = {
  /** Undefined for the greeting, which nobody signs. */
  readonly partner: string | undefined;
  /** As the coordinator knows it: the type of a posted message, or what is asked for. */
  readonly what: string;
  /** Hash of a chunk that is sent or asked for. */
  readonly chunk: string | undefined;
  /** Of the body. */
  readonly bytes: number;
};

/** Hung up on; cut in the middle of the body on its way; or answered with this status by the relay itself. */
export type Disturbance = 'hang-up' | 'cut' | number | undefined;

export type Watch = {
  /** The coordinator has not seen the request yet. */
  readonly before?: (request: Relayed) => Disturbance;
  /** The coordinator has answered with this status, and the partner has not heard it. */
  readonly after?: (request: Relayed, status: number) => Exclude<Disturbance, number>;
};

export type DisturbingRelay = {
  readonly url: string;
  /** From now on connections are refused, and those that are open are reset. */
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** @param coordinatorUrl asked for each request, since the coordinator may be started anew elsewhere */
export async function openDisturbingRelay(
  coordinatorUrl: () => string,
  { before, after }: Watch,
): Promise<DisturbingRelay> {
  let port = 0;
  let server = await open();

  async function open(): Promise<Server> {
    const opened = createServer((request, response) => {
      void pass(request, response).catch(() => request.socket.destroy());
    });
    opened.listen(port, '127.0.0.1');
    await once(opened, 'listening');
    port = (opened.address() as AddressInfo).port;
    return opened;
  }

  async function close(): Promise<void> {
    if (!server.listening) return;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const relayed = describe(request, body);
    const disturbed = before?.(relayed);
    if (disturbed === 'hang-up') return void request.socket.destroy();
    if (typeof disturbed === 'number') return void response.writeHead(disturbed).end();
    if (disturbed === 'cut') await sendHalf(request, body);
    const { status, headers, answer } = await ask(request, response, body);
    const afterwards = after?.(relayed, status);
    if (afterwards === 'hang-up') return void request.socket.destroy();
    response.writeHead(status, headers);
    if (afterwards !== 'cut') return void response.end(answer);
    response.flushHeaders();
    response.write(answer.subarray(0, answer.length >> 1), () => request.socket.destroy());
  }

  const targetOf = ({ method, url, headers }: IncomingMessage) =>
    forward(new URL(url!, coordinatorUrl()), { method: method!, headers, agent: false });

  /** The coordinator sees a request that ends in the middle; so does the partner, by `pass`. */
  async function sendHalf(request: IncomingMessage, body: Buffer): Promise<never> {
    const asked = targetOf(request);
    asked.on('error', () => {});
    await new Promise<void>((resolve) => asked.write(body.subarray(0, body.length >> 1), () => resolve()));
    asked.destroy();
    throw new Error('cut');
  }

  const ask = (request: IncomingMessage, response: ServerResponse, body: Buffer) =>
    new Promise<{ status: number; headers: IncomingMessage['headers']; answer: Buffer }>((resolve, reject) => {
      const asked = targetOf(request);
      asked.on('response', (answered) => {
        buffer(answered).then(
          (answer) => resolve({ status: answered.statusCode!, headers: answered.headers, answer }),
          reject,
        );
      });
      asked.on('error', reject);
      response.on('close', () => asked.destroy());
      asked.end(body);
    });

  return {
    url: `http://127.0.0.1:${port}`,
    goAway: close,
    async comeBack() {
      server = await open();
    },
    close,
  };
}

/** `GET messages`, `GET chain`, `PUT chunk`, `GET missing` and so on; a posted message by its type alone. */
function describe({ method, url, headers }: IncomingMessage, body: Buffer): Relayed {
  const path = url!.split('?')[0]!;
  const chunk = /\/chunks\/([0-9a-f]{64})$/.exec(path)?.[1];
  const isPost = method === 'POST' && path === '/v1/messages';
  const asked = chunk === undefined ? path.split('/').at(-1) : 'chunk';
  return {
    partner: headers['chorale-partner'] as string | undefined,
    what: isPost ? (JSON.parse(body.toString()) as { message: { type: string } }).message.type : `${method} ${asked}`,
    chunk,
    bytes: body.length,
  };
}
