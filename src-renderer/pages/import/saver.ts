/** Saves what changes often: a moment after the last change, one call at a time, the newest state always last. */

export type Saver<Value> = {
  /** To be saved soon; takes the place of what was waiting. */
  readonly changed: (value: Value) => void;
  /** Saves at once what waits. Never fails: what went wrong is told by `onFailed`. */
  readonly flush: () => Promise<void>;
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

  const flush = (): Promise<void> => {
    clearTimeout(timer);
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
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), delay);
    },
    flush,
  };
}
