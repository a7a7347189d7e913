/** The thread that looks at files: keeps the scans of the last ones, so that the next question about the same file is quick. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { openWorkspaceWithKey } from '../catalog/workspace.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Mapping } from '../contract/intake.ts';
import { type Control, unattended } from '../contract/progress.ts';
import type { Weigh } from '../intake/check.ts';
import { type InspectionMemory, inspectFile } from '../intake/inspect.ts';
import { rejectedCsvOfPreview } from '../intake/rejected-csv.ts';
import { withTemplates } from '../intake/templates.ts';
import { toKnownError } from './known-error.ts';
import { type FromLook, type Look, type LookStart, type Question, revived, type ToLook } from './look-message.ts';

const { folder, key } = workerData as LookStart;
const { catalog } = openWorkspaceWithKey(folder, key);
const memory: InspectionMemory = new Map();

// What a look leaves lies about while the thread is idle, beside a preview or an import that needs the memory.
setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as (how: { readonly type: 'major'; readonly execution: 'async' }) => void;

parentPort?.on('message', ({ look, port }: Question) => void answer(look, port));

async function answer(look: Look, port: MessagePort): Promise<void> {
  const tell = (message: FromLook) => port.postMessage(message);
  const stopping = new AbortController();
  const heard = replies(port, () => stopping.abort(new ChoraleError('CANCELLED', {})));
  const weigh: Weigh = async (structures) => {
    tell({ type: 'weigh', structures });
    const reply = await heard();
    if (reply.type === 'weights') return reply.weights;
    throw reply.type === 'not-weighed' ? revived(reply.error) : new ChoraleError('CANCELLED', {});
  };
  const control: Control = { ...unattended, signal: stopping.signal };
  try {
    if (look.kind === 'inspect') {
      tell({ type: 'answer', answer: await inspect(look, weigh, control) });
      collectGarbage({ type: 'major', execution: 'async' });
      return;
    }
    const { path, name, mapping, companion } = look;
    for await (const text of rejectedCsvOfPreview(path, mapping, control, { name, catalog, companion, weigh })) {
      tell({ type: 'text', text });
      if ((await heard()).type !== 'next') return;
    }
    tell({ type: 'answer', answer: null });
  } catch (error) {
    const { code, data } = toKnownError(error, (entry) => tell({ type: 'log', entry }));
    tell({ type: 'failed', error: { code, data } });
  }
}

async function inspect(look: Extract<Look, { readonly kind: 'inspect' }>, weigh: Weigh, control: Control) {
  const { path, name, reading, mapping, companion } = look;
  const options = {
    name,
    catalog,
    memory,
    reading,
    weigh,
    ...(mapping && { mapping }),
    ...(companion && { companion }),
  };
  const inspection = await inspectFile(path, options, control);
  const under = (other: Mapping) => inspectFile(path, { ...options, mapping: other }, control);
  return withTemplates(catalog, inspection, mapping === undefined ? under : undefined);
}

type Reply = Exclude<ToLook, { readonly type: 'stop' }>;

/** @returns waits for the next reply; after a stop each wait ends at once */
function replies(port: MessagePort, stop: () => void): () => Promise<ToLook> {
  const waiting: ((reply: ToLook) => void)[] = [];
  const early: Reply[] = [];
  let stopped = false;
  port.on('message', (reply: ToLook) => {
    if (reply.type === 'stop') {
      stopped = true;
      stop();
      for (const resolve of waiting.splice(0)) resolve(reply);
      return;
    }
    const next = waiting.shift();
    if (next === undefined) early.push(reply);
    else next(reply);
  });
  return () =>
    new Promise((resolve) => {
      const reply = early.shift();
      if (stopped) resolve({ type: 'stop' });
      else if (reply === undefined) waiting.push(resolve);
      else resolve(reply);
    });
}
