/** Which package stays before the eyes of who has just answered for it. */
import { useNavigate } from '@tanstack/react-router';
import type { ReviewSearch } from './search.ts';

export function useStay() {
  const navigate = useNavigate();
  const show = (search: (now: ReviewSearch) => ReviewSearch) => void navigate({ to: '/review', search, replace: true });
  return {
    /** What was decided, also when nothing waits any more. */
    stayWith: (hash: string) => show((now) => ({ ...now, package: hash })),
    /** What waits longest, such as the package that takes the place of an amended one as soon as it is made. */
    goOn: () => show(({ package: _, ...now }) => now),
  };
}
