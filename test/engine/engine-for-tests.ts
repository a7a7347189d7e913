/** An engine on a temporary folder with the test kinds, and a client of it over each transport. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import { createEngine, type Engine } from '../../src-main/engine/engine.ts';
import type { Host, KeyKeeper, LogEntry } from '../../src-main/engine/host.ts';
import { attachPort } from '../../src-main/engine/port.ts';
import { serve } from '../../src-main/engine/serve.ts';
import type { Client } from '../../src-renderer/link/connect.ts';
import { quickAccounts } from './sign-in.ts';

export const passphrase = 'correct horse battery';
/** Those of the application. */
export const ownKinds = new URL('../../src-main/engine/job-kinds.ts', import.meta.url).href;
export const testKinds = new URL('./test-kinds.ts', import.meta.url).href;

export type TestEngine = {
  readonly engine: Engine;
  readonly folder: string;
  readonly logged: LogEntry[];
  readonly close: () => Promise<void>;
};

/** Keeps the key as it is, so that a test need not wait for argon2id. */
const plainKeeper: KeyKeeper = { wrap: async (key) => key, unwrap: async (wrapped) => wrapped };

/** @param prepared a workspace that is made once and copied for each test; opened by `unlockRemembered` */
export async function startTestEngine({
  keyKeeper = plainKeeper,
  prepared = false,
  kinds = testKinds,
  now,
}: {
  readonly keyKeeper?: KeyKeeper;
  readonly prepared?: boolean;
  /** URL of the module with the kinds of jobs. */
  readonly kinds?: string;
  /** What the engine takes for the time. */
  readonly now?: () => number;
} = {}): Promise<TestEngine> {
  const root = mkdtempSync(join(tmpdir(), 'chorale-engine-'));
  if (prepared) cpSync(await preparedFolder(), root, { recursive: true });
  const logged: LogEntry[] = [];
  const host: Host = {
    kind: 'serve',
    configurationFolder: join(root, 'configuration'),
    log: (entry) => logged.push(entry),
    keyKeeper,
  };
  const folder = join(root, 'workspace');
  const engine = await createEngine({
    folder,
    host,
    kinds,
    accounts: quickAccounts,
    ...(now === undefined ? {} : { now }),
  });
  return {
    engine,
    folder,
    logged,
    async close() {
      await engine.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

let template: Promise<string> | undefined;

function preparedFolder(): Promise<string> {
  template ??= (async () => {
    const root = mkdtempSync(join(tmpdir(), 'chorale-prepared-'));
    process.once('exit', () => rmSync(root, { recursive: true, force: true }));
    const host: Host = {
      kind: 'serve',
      configurationFolder: join(root, 'configuration'),
      log: () => {},
      keyKeeper: plainKeeper,
    };
    const engine = await createEngine({ folder: join(root, 'workspace'), host, kinds: testKinds });
    await engine.context.access.create(passphrase, true);
    await engine.close();
    return root;
  })();
  return template;
}

export type Transport = {
  readonly name: string;
  readonly open: (engine: Engine) => Promise<{ readonly client: Client; readonly close: () => Promise<void> }>;
};

/** What `serve` offers a browser. */
const overWebSocket: Transport = {
  name: 'a WebSocket to serve',
  async open({ context }) {
    const server = await serve({ context });
    const cookie = await exchangeToken(server.address);
    const origin = new URL(server.address).origin;
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/engine`, { headers: { cookie, origin } });
    socket.binaryType = 'arraybuffer';
    return {
      client: createORPCClient(new WebSocketLink({ websocket: socket as unknown as globalThis.WebSocket })),
      async close() {
        socket.terminate();
        await server.close();
      },
    };
  },
};

/** What the shell hands the window. */
const overMessagePort: Transport = {
  name: 'a MessagePort',
  async open({ context }) {
    const { port1, port2 } = new MessageChannel();
    attachPort(port1, context);
    const client: Client = createORPCClient(new MessagePortLink({ port: port2 as unknown as MessagePort }));
    port1.start();
    port2.start();
    return {
      client,
      async close() {
        port2.close();
      },
    };
  },
};

export const transports: readonly Transport[] = [overWebSocket, overMessagePort];

/** @returns the cookie that the start token is exchanged for */
export async function exchangeToken(address: string): Promise<string> {
  const answer = await fetch(address, { redirect: 'manual' });
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}
