/** Electron's ports over those of `node:worker_threads`: what arrives is `{ data, ports }`, and transferred ports are wrapped again. */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, type Transferable } from 'node:worker_threads';

type Envelope = { readonly data: unknown; readonly ports: readonly MessagePort[] };

export class StandInPort extends EventEmitter {
  readonly port: MessagePort;

  constructor(port: MessagePort) {
    super();
    this.port = port;
    port.on('close', () => this.emit('close'));
  }

  postMessage(data: unknown, transfer: readonly StandInPort[] = []): void {
    this.port.postMessage(data, transfer.map(({ port }) => port) as Transferable[]);
  }

  start(): void {
    this.port.on('message', (data) => this.emit('message', { data, ports: [] }));
  }

  close(): void {
    this.port.close();
  }
}

export class MessageChannelMain {
  readonly port1: StandInPort;
  readonly port2: StandInPort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new StandInPort(port1);
    this.port2 = new StandInPort(port2);
  }
}

/** A message with ports beside it, as one that `worker_threads` can send. */
export const pack = (data: unknown, ports: readonly StandInPort[] = []): readonly [Envelope, Transferable[]] => {
  const raw = ports.map(({ port }) => port);
  return [{ data, ports: raw }, raw];
};

export const unpack = (envelope: unknown): { readonly data: unknown; readonly ports: readonly StandInPort[] } => {
  const { data, ports } = envelope as Envelope;
  return { data, ports: ports.map((port) => new StandInPort(port)) };
};
