/** Saves what changes often: a moment after the last change, one call at a time, the newest state always last. */

export type Saver<Value> = {
  /** To be saved soon; takes the place of what was waiting. */
  readonly changed: (value: Value) => void;
  /** Saves at once what waits. Never fails: what went wrong is told by `onFailed`. */
  readonly flush: () => Promise<void>;
  /** As flush, and keeps back what changes from then on. */
  readonly close: () => Promise<void>;
  /** Saves soon what was kept back, and what changes from now on. */
  readonly reopen: () => void;
};

type Options<Value> = {
  readonly save: (value: Value) => Promise<void>;
  readonly onFailed: (error: unknown) => void;
  /** In milliseconds. */
  readonly delay: number;
};

export function makeSaver<Value>({ save, onFailed, delay }: Options<Value>): Saver<Value> {
  let waiting: { readonly value: Value } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  const soon = () => {
    clearTimeout(timer);
    if (!closed && waiting !== undefined) timer = setTimeout(() => void flush(), delay);
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    if (closed) return running;
    running = running.then(async () => {
      if (waiting === undefined) return;
      const { value } = waiting;
      waiting = undefined;
      await save(value).catch(onFailed);
    });
    return running;
  };
  return {
    changed(value) {
      waiting = { value };
      soon();
    },
    flush,
    close() {
      const last = flush();
      closed = true;
      return last;
    },
    reopen() {
      closed = false;
      soon();
    },
  };
}
