import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { reconnectingSocket } from '../../src-renderer/link/reconnecting-socket.ts';

class Socket extends EventTarget {
  readyState: number = WebSocket.CONNECTING;
  binaryType = 'blob';
  readonly sent: unknown[] = [];
  send = (data: unknown) => void this.sent.push(data);

  opens(): void {
    this.readyState = WebSocket.OPEN;
    this.dispatchEvent(new Event('open'));
  }
  drops(): void {
    this.readyState = WebSocket.CLOSED;
    this.dispatchEvent(new Event('close'));
  }
  hears(data: unknown): void {
    this.dispatchEvent(new MessageEvent('message', { data }));
  }
}

describe('a socket that comes back', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const start = () => {
    const made: Socket[] = [];
    const socket = reconnectingSocket('ws://here/engine', () => {
      const next = new Socket();
      made.push(next);
      return next as unknown as WebSocket;
    });
    const events: string[] = [];
    for (const name of ['open', 'close', 'message']) socket.addEventListener(name, () => void events.push(name));
    return { socket, made, events };
  };

  it('passes on what is sent and heard', () => {
    const { socket, made, events } = start();
    made[0]?.opens();
    socket.send('question');
    made[0]?.hears('answer');
    expect(made[0]?.sent).toEqual(['question']);
    expect(made[0]?.binaryType).toBe('arraybuffer');
    expect(events).toEqual(['open', 'message']);
  });

  it('says that it closed once per drop, and counts as connecting until it is back', () => {
    const { socket, made, events } = start();
    made[0]?.opens();
    made[0]?.drops();
    expect(socket.readyState).toBe(WebSocket.CONNECTING);
    vi.advanceTimersByTime(250);
    made[1]?.drops();
    vi.advanceTimersByTime(500);
    made[2]?.drops();
    vi.advanceTimersByTime(1000);
    made[3]?.opens();
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.send('again');
    expect(made[3]?.sent).toEqual(['again']);
    expect(events).toEqual(['open', 'close', 'open']);
  });

  it('tries less and less often, but never gives up', () => {
    const { made } = start();
    for (let minute = 0; minute < 10; minute++) {
      made.at(-1)?.drops();
      vi.advanceTimersByTime(5_000);
    }
    expect(made).toHaveLength(11);
  });

  it('tells who watches whether the engine can be reached', () => {
    const { socket, made } = start();
    const told: boolean[] = [];
    const stop = socket.watch((reachable) => void told.push(reachable));
    made[0]?.opens();
    made[0]?.drops();
    stop();
    vi.advanceTimersByTime(250);
    made[1]?.opens();
    expect(told).toEqual([true, false]);
  });
});
