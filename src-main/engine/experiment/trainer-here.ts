/** The product's trainer in this very process: an experiment passes trunks to and fro so often that copies would count. */
import { failureOf } from '../../training/failure.ts';
import type { FromProcess, ToProcess } from '../../training/messages.ts';
import type { SpawnTraining } from '../../training/spawn.ts';
import { startTrainer, type Trainer } from '../../training/trainer.ts';

/** @throws TRAINING_FAILED */
export const startTrainerHere = (): Promise<Trainer> => startTrainer(spawnHere);

/** onnxruntime is loaded only here, so that a command which does not learn does not wait for it. */
export const spawnHere: SpawnTraining = async () => {
  const { createLearner } = await import('../../training/learner.ts');
  const learner = createLearner(1);
  const running = new Map<number, AbortController>();
  let listen: (message: unknown) => void = () => {};
  let exited: (reason: string) => void = () => {};
  const tell = (message: FromProcess) => listen(message);

  async function perform({ id, kind, ask }: Extract<ToProcess, { readonly ask: unknown }>): Promise<void> {
    const stop = new AbortController();
    running.set(id, stop);
    const control = { signal: stop.signal, report: () => {} };
    try {
      const handle = learner[kind] as (ask: unknown, ...rest: readonly unknown[]) => Promise<never>;
      tell({ id, answer: await handle(ask, control, (point: never) => tell({ id, point })) });
    } catch (error) {
      tell({ id, error: failureOf(error) });
    } finally {
      running.delete(id);
    }
  }
  return {
    post(message) {
      const heard = message as ToProcess;
      if ('cancel' in heard) running.get(heard.id)?.abort();
      else void perform(heard);
    },
    onMessage(listener) {
      listen = listener;
      tell({ ready: true });
    },
    onExit(listener) {
      exited = listener;
    },
    kill: () => exited('closed'),
  };
};
