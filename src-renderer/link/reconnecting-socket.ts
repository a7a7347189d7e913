/** A WebSocket that comes back: calls wait while it reconnects, and those under way fail when it drops. */

export type ReconnectingSocket = Pick<WebSocket, 'addEventListener' | 'removeEventListener' | 'send' | 'readyState'> & {
  readonly watch: (listener: (reachable: boolean) => void) => () => void;
};

const firstPause = 250;
const longestPause = 5_000;

/** @param open makes one socket; handed in for tests */
export function reconnectingSocket(
  url: string,
  open: (url: string) => WebSocket = (at) => new WebSocket(at),
): ReconnectingSocket {
  const events = new EventTarget();
  const listeners = new Set<(reachable: boolean) => void>();
  let socket = attempt(firstPause);

  function attempt(pause: number): WebSocket {
    const made = open(url);
    made.binaryType = 'arraybuffer';
    let opened = false;
    made.addEventListener('open', () => {
      opened = true;
      events.dispatchEvent(new Event('open'));
      for (const listener of listeners) listener(true);
    });
    made.addEventListener('message', ({ data }) => events.dispatchEvent(new MessageEvent('message', { data })));
    made.addEventListener('close', () => {
      if (opened) {
        events.dispatchEvent(new Event('close'));
        for (const listener of listeners) listener(false);
      }
      const next = opened ? firstPause : Math.min(longestPause, pause * 2);
      setTimeout(() => {
        socket = attempt(next);
      }, next);
    });
    return made;
  }

  return {
    get readyState() {
      return socket.readyState === WebSocket.OPEN ? WebSocket.OPEN : WebSocket.CONNECTING;
    },
    send: (data) => socket.send(data),
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
    watch(listener) {
      listeners.add(listener);
      if (socket.readyState === WebSocket.OPEN) listener(true);
      return () => listeners.delete(listener);
    },
  };
}
