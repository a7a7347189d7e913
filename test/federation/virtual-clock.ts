/** A clock that stands still while work is done and jumps to what comes next. */

export type VirtualClock = {
  readonly seconds: () => number;
  /** Since 1970. */
  readonly milliseconds: () => number;
  readonly after: (seconds: number, work: () => void | Promise<void>) => void;
  /** Does what comes next. @throws RangeError when nothing does */
  readonly next: () => Promise<void>;
};

type Appointment = { readonly at: number; readonly order: number; readonly work: () => void | Promise<void> };

const beginning = 1_700_000_000_000;

export function openVirtualClock(): VirtualClock {
  /** A binary heap: each is before its two children, at 2 i + 1 and 2 i + 2. */
  const heap: Appointment[] = [];
  let seconds = 0;
  let made = 0;

  const isBefore = (a: number, b: number): boolean =>
    heap[a]!.at < heap[b]!.at || (heap[a]!.at === heap[b]!.at && heap[a]!.order < heap[b]!.order);
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };

  function add(appointment: Appointment): void {
    let place = heap.push(appointment) - 1;
    for (let above = (place - 1) >> 1; place > 0 && isBefore(place, above); above = (place - 1) >> 1) {
      swap(place, above);
      place = above;
    }
  }

  function removeFirst(): Appointment {
    const first = heap[0];
    if (first === undefined) throw new RangeError('nothing comes next');
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let place = 0; ; ) {
      const [left, right] = [2 * place + 1, 2 * place + 2];
      let least = place;
      if (left < heap.length && isBefore(left, least)) least = left;
      if (right < heap.length && isBefore(right, least)) least = right;
      if (least === place) return first;
      swap(place, least);
      place = least;
    }
  }

  return {
    seconds: () => seconds,
    milliseconds: () => beginning + Math.floor(seconds * 1000),
    after: (wait, work) => add({ at: seconds + wait, order: made++, work }),
    async next() {
      const { at, work } = removeFirst();
      seconds = at;
      const working = work();
      if (working !== undefined) await working;
    },
  };
}
