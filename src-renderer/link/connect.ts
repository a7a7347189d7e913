/** How the page reaches the engine: the MessagePort that Electron's preload hands over, or a WebSocket to `serve`. */
import { createORPCClient } from '@orpc/client';
import { RPCLink as MessagePortLink } from '@orpc/client/message-port';
import { RPCLink as WebSocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import type { api } from '../../src-main/contract/api.ts';
import { reconnectingSocket } from './reconnecting-socket.ts';

export type Client = ContractRouterClient<typeof api>;

export type Connection = {
  readonly client: Client;
  /** Tells whether the engine can be reached now, and then each time that this changes. */
  readonly watch: (listener: (reachable: boolean) => void) => () => void;
};

/** The page's host: Electron loads it from `app://`, `serve` from http. */
export function connect(window: Window & typeof globalThis = globalThis.window): Promise<Connection> {
  return window.location.protocol === 'app:' ? overMessagePort(window) : Promise.resolve(overWebSocket(window));
}

export function overPort(port: MessagePort): Client {
  const client: Client = createORPCClient(new MessagePortLink({ port }));
  port.start();
  return client;
}

function overMessagePort(window: Window): Promise<Connection> {
  return new Promise((resolve) => {
    window.addEventListener('message', function receive({ data, source, ports: [port] }) {
      // SECURITY: only the preload shares this window; a message from a frame or an opener is none of ours.
      if (source !== window || data !== 'chorale:port' || port === undefined) return;
      window.removeEventListener('message', receive);
      resolve({
        client: overPort(port),
        watch: (listener) => {
          const closed = () => listener(false);
          listener(true);
          port.addEventListener('close', closed);
          return () => port.removeEventListener('close', closed);
        },
      });
    });
    window.postMessage('chorale:ready', window.location.origin);
  });
}

function overWebSocket(window: Window & typeof globalThis): Connection {
  const { protocol, host } = window.location;
  const socket = reconnectingSocket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/engine`);
  return {
    client: createORPCClient(new WebSocketLink({ websocket: socket })),
    watch: socket.watch,
  };
}
