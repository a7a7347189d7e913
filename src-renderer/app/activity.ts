/** Tells the engine that somebody is at the machine: it locks the session of whoever is not. */
import { useEffect } from 'react';
import { useEngine } from './engine.tsx';

/** The engine counts in minutes. */
const atMostEvery = 20_000;
const signs = ['pointerdown', 'keydown', 'wheel'] as const;

export function useActivity(signedIn: boolean): void {
  const { client } = useEngine();
  useEffect(() => {
    if (!signedIn) return;
    let last = 0;
    const tell = () => {
      const now = performance.now();
      if (last !== 0 && now - last < atMostEvery) return;
      last = now;
      client.people.active().catch(() => {
        // The connection is lost or the workspace locked: the door is shown then.
      });
    };
    for (const sign of signs) window.addEventListener(sign, tell, { capture: true, passive: true });
    return () => {
      for (const sign of signs) window.removeEventListener(sign, tell, { capture: true });
    };
  }, [client, signedIn]);
}
