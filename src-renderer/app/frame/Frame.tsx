/** What stands around every page: top bar, rail with the boundary, job bar. Role and network state never scroll away. */
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useFollowedFederation } from '../federation.ts';
import { BarNoteProvider } from './bar-note.tsx';
import classes from './Frame.module.css';
import { JobBar } from './JobBar.tsx';
import { Rail } from './Rail.tsx';
import { TopBar } from './TopBar.tsx';
import { useCopyLog } from './useCopyLog.ts';

export function Frame() {
  const { t } = useTranslation('frame');
  useFollowedFederation();
  useCopyLog();
  useFocusedPage();
  return (
    <BarNoteProvider>
      <div className={classes.frame}>
        <button type="button" className={classes.skip} onClick={() => document.getElementById('page')?.focus()}>
          {t('skip')}
        </button>
        <TopBar />
        <Rail />
        <main id="page" className={classes.page} tabIndex={-1}>
          <Outlet />
        </main>
        <JobBar />
      </div>
    </BarNoteProvider>
  );
}

/** Whoever opens a page by a command goes on inside it by keyboard, and not from the top of the frame once more. */
function useFocusedPage(): void {
  const pathname = useLocation({ select: (location) => location.pathname });
  useEffect(() => {
    if (pathname === '') return;
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) document.getElementById('page')?.focus({ preventScroll: true });
    });
    return () => clearTimeout(timer);
  }, [pathname]);
}
