/** Which package stays before the eyes of who has just answered for it. */
import { useRouter } from '@tanstack/react-router';
import type { ReviewSearch } from './search.ts';

export function useStay() {
  const router = useRouter();
  const show = (search: (now: ReviewSearch) => ReviewSearch) => {
    // Whoever has gone to another page meanwhile stays there.
    if (router.latestLocation.pathname === '/review') void router.navigate({ to: '/review', search, replace: true });
  };
  return {
    /** What was decided, also when nothing waits any more. */
    stayWith: (hash: string) => show((now) => ({ ...now, package: hash })),
    /** What waits longest, such as the package that takes the place of an amended one as soon as it is made. */
    goOn: () => show(({ package: _, ...now }) => now),
  };
}
