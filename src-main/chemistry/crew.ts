/** A crew of chemistry workers: started when needed, lent out one batch at a time, replaced when used up or gone. */
import { ChoraleError } from '../contract/errors.ts';
import type { ChemistryWorker, Ended } from './worker-thread.ts';

export type Crew = {
  /**
   * Waits for a free worker and lends it out.
   * @throws CANCELLED when the signal aborts or the crew is closed, TOOLKIT_FAILED when a worker does not start
   */
  readonly run: <Result>(
    work: (worker: ChemistryWorker) => Promise<Ended<Result>>,
    structures: number,
    signal?: AbortSignal,
  ) => Promise<Ended<Result>>;
  readonly close: () => Promise<void>;
};

type Member = { readonly worker: Promise<ChemistryWorker>; structures: number };

/** @param structuresPerWorker after so many a worker is replaced: the toolkit's memory never shrinks */
export function createCrew(start: () => Promise<ChemistryWorker>, size: number, structuresPerWorker: number): Crew {
  const members = new Set<Member>();
  const idle: Member[] = [];
  const waiting: { readonly take: (member: Member) => void; readonly refuse: () => void }[] = [];
  let closed = false;

  const hire = (): Member => {
    const member = { worker: start(), structures: 0 };
    members.add(member);
    return member;
  };
  const acquire = async (signal: AbortSignal | undefined): Promise<Member> => {
    if (closed || signal?.aborted) throw new ChoraleError('CANCELLED', {});
    const free = idle.pop();
    if (free) return free;
    if (members.size < size) return hire();
    return new Promise<Member>((take, reject) => {
      const place = {
        take: (member: Member) => {
          signal?.removeEventListener('abort', leave);
          take(member);
        },
        refuse: () => reject(new ChoraleError('CANCELLED', {})),
      };
      const leave = () => {
        waiting.splice(waiting.indexOf(place), 1);
        place.refuse();
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(place);
    });
  };
  const release = (member: Member): void => {
    const next = waiting.shift();
    if (next) next.take(member);
    else idle.push(member);
  };
  const dismiss = (member: Member): void => {
    members.delete(member);
    void member.worker.then((worker) => worker.close()).catch(() => {});
    const next = waiting.shift();
    if (next) next.take(hire());
  };

  return {
    async run(work, structures, signal) {
      const member = await acquire(signal);
      let usable = false;
      try {
        const ended = await work(await member.worker);
        if (closed) throw new ChoraleError('CANCELLED', {});
        member.structures += structures;
        usable = ended.kind === 'results' && member.structures < structuresPerWorker;
        return ended;
      } finally {
        if (usable) release(member);
        else dismiss(member);
      }
    },
    async close() {
      closed = true;
      for (const { refuse } of waiting.splice(0)) refuse();
      const leaving = [...members];
      members.clear();
      await Promise.all(leaving.map(({ worker }) => worker.then((open) => open.close()).catch(() => {})));
    },
  };
}
