/** A door of tests between a trainer and its process: nothing of the product opens it. */
import type { Answer, Ask, FromProcess, Kind, ToProcess } from '../../src-main/training/messages.ts';
import type { Channel, SpawnTraining } from '../../src-main/training/spawn.ts';

/** By kind: sees what is asked and what is answered, before the trainer does; the answer may be changed in place, or held. */
export type Door = {
  readonly [K in Kind]?: (ask: Ask<K>, answer: Answer<K>) => void | Promise<void>;
};

export const through =
  (door: Door, spawn: SpawnTraining): SpawnTraining =>
  async () => {
    const channel = await spawn();
    const asked = new Map<number, { readonly kind: Kind; readonly ask: Ask<Kind> }>();
    return {
      ...channel,
      post(message) {
        const sent = message as ToProcess;
        if ('kind' in sent) asked.set(sent.id, sent);
        channel.post(message);
      },
      onMessage(listener) {
        channel.onMessage((message) => {
          const told = message as FromProcess;
          const question = 'answer' in told ? asked.get(told.id) : undefined;
          const look =
            question && (door[question.kind] as Door[Kind] as ((ask: unknown, answer: unknown) => unknown) | undefined);
          if (question === undefined || look === undefined || !('answer' in told)) listener(message);
          else void Promise.resolve(look(question.ask, told.answer)).then(() => listener(message));
        });
      },
    } satisfies Channel;
  };
