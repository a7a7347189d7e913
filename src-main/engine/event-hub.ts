/** What happened in the engine, to all who listen: the routes that stream it to the page, and waiting code. */
import { EventEmitter, on } from 'node:events';
import type { Job } from '../contract/jobs.ts';
import type { Session } from '../contract/people.ts';
import type { WorkspaceStatus } from '../contract/workspace.ts';

export type EngineEvents = {
  readonly job: Job;
  readonly workspace: WorkspaceStatus;
  readonly session: Session;
};

export type EventHub = {
  readonly publish: <Name extends keyof EngineEvents>(name: Name, event: EngineEvents[Name]) => void;
  /** Each event from now on, until the signal is aborted; then it ends without an error. */
  readonly follow: <Name extends keyof EngineEvents>(
    name: Name,
    signal: AbortSignal | undefined,
  ) => AsyncGenerator<EngineEvents[Name], void, void>;
};

export function createEventHub(): EventHub {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    publish: (name, event) => emitter.emit(name, event),
    follow(name, signal) {
      // Listening starts here, not at the first pull: nothing that happens in between is lost.
      const events = on(emitter, name, signal === undefined ? {} : { signal });
      return (async function* () {
        try {
          for await (const [event] of events) yield event;
        } catch (error) {
          if (!signal?.aborted) throw error;
        }
      })();
    },
  };
}
