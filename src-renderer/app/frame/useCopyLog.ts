/** Leaves an entry in the log for each copy into the clipboard: on which station, and how many characters; never what. */
import { useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { watchCopies } from '../../parts/copy.ts';
import { useEngine } from '../engine.tsx';

export function useCopyLog(): void {
  const { client } = useEngine();
  const station = useRouterState({ select: ({ location }) => location.pathname.split('/')[1] || 'home' });
  useEffect(
    () =>
      watchCopies((characters) => {
        // Nobody is signed in: then nothing is shown that could be copied.
        client.audit.copied({ station, characters }).catch(() => {});
      }),
    [client, station],
  );
}
