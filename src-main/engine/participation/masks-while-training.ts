/** Makes the masks of an attempt while the model trains, so that a change only has to be added to their sum. */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { isChoraleError } from '../../contract/errors.ts';
import { chunkBytes } from '../../federation/chunks.ts';
import { type MasksAhead, masksAhead } from '../../federation/masks.ts';
import type { Submission } from '../../federation/partner.ts';
import { packedBytes } from '../../federation/ring.ts';

/** So much of the masks' sum is kept in memory; what a longer vector needs beyond is made with the upload. */
const mostBytes = 64 * chunkBytes;

const betweenLooks = 500;

export type MasksWhileTraining = {
  /** What there is of the masks by now; undefined when the others' keys were not known in time. */
  readonly stop: () => MasksAhead | undefined;
};

/** @param submissionNow throws ROUND_REFUSED until the shares of all members are there */
export function makeMasksWhileTraining(submissionNow: () => Submission, signal: AbortSignal): MasksWhileTraining {
  const stopped = new AbortController();
  const until = AbortSignal.any([signal, stopped.signal]);
  let masks: MasksAhead | undefined;
  void make().catch(() => {}); // what is missing is made with the upload

  async function make(): Promise<void> {
    let submission = known(submissionNow);
    while (submission === undefined) {
      await delay(betweenLooks, undefined, { signal: until });
      submission = known(submissionNow);
    }
    const { ringBits, tensors } = submission.terms;
    const { offset, length } = tensors.at(-1)!;
    const bytes = packedBytes(offset + length, ringBits);
    masks = masksAhead(submission.masks, ringBits, Math.min(bytes, mostBytes));
    while (!until.aborted && masks.make(chunkBytes)) await nextTurn();
  }

  return {
    stop() {
      stopped.abort();
      return masks;
    },
  };
}

function known(submissionNow: () => Submission): Submission | undefined {
  try {
    return submissionNow();
  } catch (error) {
    if (isChoraleError(error) && error.code === 'ROUND_REFUSED') return undefined;
    throw error;
  }
}
