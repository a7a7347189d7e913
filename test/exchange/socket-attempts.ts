/** Tries to get out by each way, for the test that such a try is seen: says how each went. */
import { fork } from 'node:child_process';
import { lookup } from 'node:dns';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

const called = (): Promise<string> =>
  fetch('http://127.0.0.1:19999/').then(
    () => 'answered',
    (error: Error) => (/no socket here/.test(String(error.cause)) ? 'refused' : String(error.cause)),
  );
const self = fileURLToPath(import.meta.url);

if (!isMainThread) {
  parentPort!.postMessage(await called());
} else if (process.argv[2] === 'child') {
  process.send!(await called(), () => process.exit());
} else {
  const heard = (on: (listener: (said: string) => void) => unknown) => new Promise<string>(on);
  const name = promisify(lookup)('coordinator.decima.example').then(
    () => 'answered',
    () => 'refused',
  );
  const results = {
    main: await called(),
    name: await Promise.resolve(name).catch(() => 'refused'),
    worker: await heard((listener) => new Worker(self).once('message', listener)),
    child: await heard((listener) => fork(self, ['child']).once('message', (said) => listener(String(said)))),
  };
  process.stdout.write(JSON.stringify(results), () => process.exit());
}
