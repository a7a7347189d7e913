/** Writes every call down: the first of its kind at once, and while the like of it follow in quick succession, their counts each second. */
import { type ConnectionCall, noteConnection } from '../catalog/connections.ts';
import type { Catalog } from '../catalog/open.ts';

export type ConnectionLog = {
  readonly note: (call: ConnectionCall) => void;
  /** Writes what is still counted in memory. */
  readonly flush: () => void;
};

const betweenWrites = 1000;

/** A transfer of a hundred chunks is a few writes and not a hundred; a kill loses the counts of its last second at most. */
export function openConnectionLog(catalog: Catalog): ConnectionLog {
  const counted = new Map<string, { call: ConnectionCall; calls: number }>();
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const { call, calls } of counted.values()) if (calls > 0) noteConnection(catalog, call, calls);
    counted.clear();
  }

  return {
    note(call) {
      const key = JSON.stringify([call.host, call.purpose, call.packageHash, call.outcome, call.reason, call.proxy]);
      const known = counted.get(key);
      if (known === undefined) {
        noteConnection(catalog, call, 1);
        counted.set(key, { call: { ...call, bytesOut: 0, bytesIn: 0 }, calls: 0 });
      } else {
        const bytesOut = known.call.bytesOut + call.bytesOut;
        const bytesIn = known.call.bytesIn + call.bytesIn;
        counted.set(key, { call: { ...call, bytesOut, bytesIn }, calls: known.calls + 1 });
      }
      timer ??= setTimeout(flush, betweenWrites).unref();
    },
    flush,
  };
}
