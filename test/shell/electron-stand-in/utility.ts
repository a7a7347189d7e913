/** The inside of a utility process: gives it `process.parentPort`, as Electron does, and runs its entry. */
import { EventEmitter } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { pack, type StandInPort, unpack } from './ports.ts';

const port = parentPort;
if (port === null) throw new Error('runs as a worker only');

const events = new EventEmitter();
Object.defineProperty(process, 'parentPort', {
  value: Object.assign(events, {
    postMessage: (data: unknown, ports: readonly StandInPort[] = []) => port.postMessage(...pack(data, ports)),
  }),
});
// As in Electron, nothing is delivered before somebody listens.
events.on('newListener', (name: string) => {
  if (name === 'message' && events.listenerCount('message') === 0) {
    port.on('message', (envelope) => events.emit('message', unpack(envelope)));
  }
});

await import((workerData as { readonly entry: string }).entry);
