/**
 * A training process on a provider, and another on the CPU in its place when the provider fails: it refuses, breaks off,
 * or takes its process with it. What was asked begins anew there, with the table and the head as they were before.
 */
import { isChoraleError } from '../../contract/errors.ts';
import { type Control, unattended } from '../../contract/progress.ts';
import type { ProviderTrouble, UsedProvider } from '../../contract/providers.ts';
import type { RunPoint } from '../../contract/training.ts';
import type { TrainingTable } from '../../tasks/training-table.ts';
import { type Connection, connect } from '../connection.ts';
import type { Answer, Ask, Kind } from '../messages.ts';
import type { SpawnTraining } from '../spawn.ts';
import { endOfProcess, troubleOf } from './trouble.ts';

/** Requests that take train steps; all others run on the CPU anyway. */
const learning: readonly Kind[] = ['trainAlone', 'localRound'];

export type ProviderConnection = {
  readonly ask: Connection['ask'];
  readonly load: (table: TrainingTable) => Promise<void>;
  /** What training runs on now, and why not on what was chosen. */
  readonly provider: () => UsedProvider;
  readonly close: () => Promise<void>;
};

/** @throws TRAINING_FAILED when the process does not start */
export async function connectOn(spawn: SpawnTraining, chosen: UsedProvider): Promise<ProviderConnection> {
  let connection = await connect(spawn);
  let used = chosen;
  let table: TrainingTable | undefined;
  let head: Uint8Array | undefined;

  const load = () =>
    table === undefined ? null : connection.ask('load', { table, provider: used.name, threads: used.threads ?? 1 });

  async function fallBack(trouble: ProviderTrouble): Promise<void> {
    await connection.close();
    used = { ...used, name: 'cpu', trouble };
    connection = await connect(spawn);
    await load();
    if (head !== undefined) await connection.ask('restoreHead', { bytes: head });
  }

  return {
    provider: () => used,
    async load(loaded) {
      table = loaded;
      head = undefined;
      await load();
    },
    async ask<K extends Kind>(
      kind: K,
      request: Ask<K>,
      control: Control = unattended,
      onPoint?: (point: RunPoint) => void,
    ): Promise<Answer<K>> {
      const ask = () => connection.ask(kind, request, control, onPoint);
      let answer: Answer<K>;
      try {
        answer = await ask();
      } catch (error) {
        const trouble = used.name === 'cpu' || control.signal.aborted ? undefined : deviceTrouble(kind, error, used);
        if (trouble === undefined) throw error;
        await fallBack(trouble);
        answer = await ask();
      }
      if (kind === 'restoreHead') head = (request as Ask<'restoreHead'>).bytes;
      // Only a device may take the process with it: the CPU needs no copy.
      if (used.name !== 'cpu' && learning.includes(kind)) head = await connection.ask('headState', {});
      return answer;
    },
    close: () => connection.close(),
  };
}

function deviceTrouble(kind: Kind, error: unknown, { name }: UsedProvider): ProviderTrouble | undefined {
  if (!isChoraleError(error) || error.code !== 'TRAINING_FAILED') return undefined;
  const { reason } = error.data as { readonly reason: string };
  const broke = endOfProcess(reason) !== undefined || (learning.includes(kind) && reason !== 'no-table');
  return broke ? troubleOf(name, reason) : undefined;
}
