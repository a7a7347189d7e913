/** Drives the coordinator's state machine from what arrives: one input at a time, stored before anybody is told. */
import { ChoraleError } from '../contract/errors.ts';
import { decodeCanonical } from '../federation/canonical.ts';
import type { Receipt } from '../federation/coordinator-documents.ts';
import { receiptHash, signDocument } from '../federation/coordinator-documents.ts';
import { noHash } from '../federation/formats.ts';
import { isForCoordinatorOnly, type Message, messageHash, type SealedMessage } from '../federation/messages.ts';
import { uploadBytes } from '../federation/plan.ts';
import { countingRound, keptRowsOf, planOfRound } from '../federation/rare-rows.ts';
import { sumUploads } from '../federation/sum.ts';
import { removingMasks } from './opening.ts';
import { type CoordinatorInput, step, wakesAt } from './round.ts';
import {
  beginCoordination,
  type CoordinatorState,
  decodeCoordinatorState,
  encodeCoordinatorState,
} from './round-state.ts';
import type { ChunkGroup, ChunkStore, LogEntry, MessageStore, NewEntry } from './store.ts';
import type { CoordinatorSurroundings } from './turn.ts';

export type Retention = {
  /** Uploads of so many finished rounds are kept, for an auditor. */
  readonly uploads: number;
  /**
   * Sums of so many rounds are kept for partners that have not applied them. One that was away, or had left, for longer
   * can't follow any more: it comes back with a series that continues this one, and takes the trunk from another partner.
   */
  readonly sums: number;
};

export type Posted = { readonly ok: true; readonly receipt: string } | { readonly ok: false; readonly reason: string };

export type SeriesEngine = {
  readonly state: () => CoordinatorState;
  readonly post: (bytes: Uint8Array) => Promise<Posted>;
  /** Waits up to so long for an entry after this position. */
  readonly entriesAfter: (position: number, waitMs: number, signal: AbortSignal) => Promise<readonly LogEntry[]>;
  /** @returns why not, or undefined when the chunk is stored */
  readonly putChunk: (manifest: string, hash: string, chunk: Uint8Array, sender: string) => Promise<string | undefined>;
  /** @returns undefined when this sender has announced no such upload */
  readonly missingChunks: (manifest: string, sender: string) => Promise<readonly string[] | undefined>;
  /** Chunks stored of what each partner uploads now. */
  readonly chunksStored: () => ReadonlyMap<string, number>;
  readonly close: () => Promise<void>;
};

export type SeriesEngineNeeds = {
  readonly around: Omit<CoordinatorSurroundings, 'now'>;
  readonly messages: MessageStore;
  readonly chunks: ChunkStore;
  readonly retention: Retention;
  readonly now: () => number;
  /** Told of what goes wrong outside any request, such as a full disk while summing. */
  readonly failed: (error: unknown) => void;
};

const entriesAtOnce = 500;
const longestTimer = 2 ** 31 - 1;
/** Milliseconds until a sum that failed, such as on a full disk, is tried again. */
const betweenSums = 5000;

/** @throws PLAN_INVALID when the store holds another series */
export async function openSeriesEngine(needs: SeriesEngineNeeds): Promise<SeriesEngine> {
  const { around, messages, chunks, retention, now, failed } = needs;
  const stored = await messages.readState();
  let state = stored === undefined ? beginCoordination(around.planHash, around.plan) : decodeCoordinatorState(stored);
  if (state.planHash !== around.planHash) throw new ChoraleError('PLAN_INVALID', { reason: 'other-series-in-folder' });
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let summing: Promise<void> | undefined;
  const waiting = new Set<() => void>();
  /** Of the running attempt: which chunks of each manifest are here; all are once the store has been looked through. */
  const arrived = new Map<string, { readonly here: Set<string>; readonly looked: Promise<void> }>();

  /** One thing after the other, whoever asks. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = turn.then(work);
    turn = mine.catch(() => {});
    return mine;
  }

  async function take(input: CoordinatorInput): Promise<{ receipt?: string; refusal?: string }> {
    const at = now();
    const result = step(state, input, { ...around, now: at });
    const { accepted, refusal, said } = result;
    if (refusal !== null) {
      await messages.noteRefusal({ at: new Date(at).toISOString(), ...refusal });
      return { refusal: refusal.reason };
    }
    const sealed = [...(accepted === null ? [] : [accepted]), ...said];
    let receipt: string | undefined;
    await messages.commit({
      state: encodeCoordinatorState(result.state),
      entries: sealed.map(toEntry),
      groups: sealed.flatMap(toGroup),
      ...(accepted === null
        ? {}
        : {
            receipt: (position, last) => {
              const document: Receipt = {
                format: 'chorale receipt 1',
                planHash: around.planHash,
                message: accepted.hash,
                position,
                prevReceiptHash: last?.hash ?? noHash,
                at: new Date(at).toISOString(),
              };
              receipt = signDocument('receipt', document, around.keys.secretKey);
              return { hash: receiptHash(document), text: receipt };
            },
          }),
    });
    // What is stored is said: whatever fails from here on, the next step follows this one.
    const before = state;
    state = result.state;
    if (sealed.length > 0) wakeAll();
    afterwards(said);
    await nameWrongDealers(before, at);
    return receipt === undefined ? {} : { receipt };
  }

  /** Their shares open nothing, and none of those who hold them is to blame. */
  async function nameWrongDealers(before: CoordinatorState, at: number): Promise<void> {
    const known = before.attempt?.dealtWrong ?? [];
    for (const from of state.attempt?.dealtWrong ?? []) {
      if (known.includes(from)) continue;
      await messages.noteRefusal({ at: new Date(at).toISOString(), from, type: 'SHARE', reason: 'dealt-wrong' });
    }
  }

  function afterwards(said: readonly SealedMessage[]): void {
    clearTimeout(timer);
    const wake = wakesAt(state);
    if (wake !== null && !closed) {
      timer = setTimeout(
        () => quietly(inTurn(() => take({ kind: 'clock' }))),
        Math.min(longestTimer, Math.max(0, wake - now())),
      );
    }
    if (state.attempt?.phase === 'summing') sumSoon();
    if (said.some(({ message }) => message.type === 'RESULT' || message.type === 'REFUSED')) arrived.clear();
    if (said.some(({ message }) => message.type === 'RESULT')) quietly(prune());
  }

  /** Outside the queue, so that questions are answered meanwhile; its result comes back as an input. */
  function sumSoon(): void {
    summing ??= (async () => {
      try {
        const summed = await sum();
        if (!closed) await inTurn(() => take({ kind: 'summed', ...summed }));
      } catch (error) {
        if (closed) return;
        failed(error);
        timer = setTimeout(sumSoon, betweenSums);
      } finally {
        summing = undefined;
      }
    })();
  }

  async function sum() {
    const { attempt, roundsDone, planHash, keptRows } = state;
    const round = roundsDone + 1;
    const plan = planOfRound(around.plan, round, keptRows);
    const uploads = await Promise.all(
      attempt!.lists.uploads!.map(async ({ message }) => (await messages.group(message))!.chunks),
    );
    const place = { planHash, round, attempt: attempt!.attempt };
    const summed = await sumUploads(
      { bytes: uploadBytes(plan), ringBits: plan.encoding.ringBits },
      uploads,
      removingMasks(place, attempt!, around),
      chunks.get,
      chunks.put,
    );
    if (round !== countingRound) return summed;
    const counts = Buffer.concat(await Promise.all(summed.chunks.map(chunks.get)));
    return { ...summed, keptRows: keptRowsOf(around.plan, counts).length };
  }

  /** Uploads go when their rounds are long over, sums when every partner has applied them, and some day all the same. */
  async function prune(): Promise<void> {
    const applied = around.roster.partners.map(({ id }) => state.applied[id] ?? -1);
    const before = {
      uploads: state.roundsDone - retention.uploads,
      sums: Math.max(Math.min(...applied), state.roundsDone - retention.sums),
    };
    // First the files: whoever is killed between the two finds their names again at the next result.
    await Promise.all((await messages.overBefore(before)).map(chunks.remove));
    await messages.forget(before);
  }

  function quietly(work: Promise<unknown>): void {
    work.catch((error) => {
      if (!closed) failed(error);
    });
  }

  function wakeAll(): void {
    for (const wake of waiting) wake();
    waiting.clear();
  }

  function nextEntry(waitMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(limit);
        signal.removeEventListener('abort', wake);
        waiting.delete(wake);
        resolve();
      };
      const limit = setTimeout(wake, waitMs);
      signal.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
      if (closed || signal.aborted) wake();
    });
  }

  /** One set for each upload, also when several of its chunks come at once and are the first that are asked for. */
  async function presentChunks(manifest: string, group: ChunkGroup): Promise<Set<string>> {
    let known = arrived.get(manifest);
    if (known === undefined) {
      const here = new Set<string>();
      known = { here, looked: findChunks(group, here) };
      arrived.set(manifest, known);
    }
    try {
      await known.looked;
    } catch (error) {
      if (arrived.get(manifest) === known) arrived.delete(manifest);
      throw error;
    }
    return known.here;
  }

  async function findChunks(group: ChunkGroup, here: Set<string>): Promise<void> {
    await Promise.all(
      group.chunks.map(async (hash) => {
        if (await chunks.has(hash)) here.add(hash);
      }),
    );
  }

  /** The upload that this sender announced in the running attempt. */
  async function announced(manifest: string, sender: string): Promise<ChunkGroup | undefined> {
    return state.attempt?.manifests[sender] === manifest ? messages.group(manifest) : undefined;
  }

  async function noteWhenComplete(manifest: string, group: ChunkGroup): Promise<void> {
    const here = await presentChunks(manifest, group);
    if (group.chunks.every((hash) => here.has(hash))) await inTurn(() => take({ kind: 'stored', manifest }));
  }

  await inTurn(() => take({ kind: 'restarted' }));
  for (const manifest of Object.values(state.attempt?.manifests ?? {})) {
    await noteWhenComplete(manifest, (await messages.group(manifest))!);
  }

  return {
    state: () => state,

    post: (bytes) =>
      inTurn(async () => {
        const again = await messages.receiptOf(claimedHash(bytes) ?? '');
        if (again !== undefined) return { ok: true, receipt: again };
        const { receipt, refusal } = await take({ kind: 'message', bytes });
        return receipt === undefined ? { ok: false, reason: refusal ?? 'refused' } : { ok: true, receipt };
      }),

    async entriesAfter(position, waitMs, signal) {
      const found = await messages.entriesAfter(position, entriesAtOnce);
      if (found.length > 0 || waitMs <= 0 || signal.aborted) return found;
      await nextEntry(waitMs, signal);
      return closed ? [] : messages.entriesAfter(position, entriesAtOnce);
    },

    async putChunk(manifest, hash, chunk, sender) {
      const group = await announced(manifest, sender);
      if (group === undefined) return 'no-such-upload';
      if (!group.chunks.includes(hash)) return 'not-under-manifest';
      const here = await presentChunks(manifest, group);
      await chunks.put(hash, chunk);
      here.add(hash);
      await noteWhenComplete(manifest, group);
      return undefined;
    },

    async missingChunks(manifest, sender) {
      const group = await announced(manifest, sender);
      if (group === undefined) return undefined;
      const here = await presentChunks(manifest, group);
      return group.chunks.filter((hash) => !here.has(hash));
    },

    chunksStored: () =>
      new Map(
        Object.entries(state.attempt?.manifests ?? {}).map(([id, manifest]) => [
          id,
          arrived.get(manifest)?.here.size ?? 0,
        ]),
      ),

    async close() {
      closed = true;
      clearTimeout(timer);
      wakeAll();
      await turn;
      await summing;
    },
  };
}

/** Hash of what claims to be a message, to find its receipt; whether it is one is not asked here. */
function claimedHash(bytes: Uint8Array): string | undefined {
  try {
    return messageHash((decodeCanonical(bytes) as unknown as { readonly message: Message }).message);
  } catch {
    return undefined;
  }
}

const toEntry = ({ message, hash, bytes }: SealedMessage): NewEntry => ({
  hash,
  sender: message.from,
  type: message.type,
  round: message.round,
  attempt: message.attempt,
  bytes,
  sealed: isForCoordinatorOnly(message.type),
});

function toGroup({ message, hash }: SealedMessage): readonly ChunkGroup[] {
  if (message.type !== 'MANIFEST' && message.type !== 'RESULT') return [];
  const kind = message.type === 'MANIFEST' ? 'upload' : 'sum';
  return [{ owner: hash, kind, round: message.round, chunks: message.body.chunks }];
}
