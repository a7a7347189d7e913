/** What stands before the frame: waiting for the engine, a first workspace, its passphrase, a first account, and who is there. */
import { useTranslation } from 'react-i18next';
import type { Session } from '../../../src-main/contract/people.ts';
import type { WorkspaceStatus } from '../../../src-main/contract/workspace.ts';
import { Mark } from '../../app/frame/Mark.tsx';
import { ErrorState } from '../../parts/ErrorState.tsx';
import { Begin } from './Begin.tsx';
import { CreateWorkspace } from './CreateWorkspace.tsx';
import classes from './Doors.module.css';
import { Facts } from './Facts.tsx';
import { SignIn } from './SignIn.tsx';
import { Unlock } from './Unlock.tsx';

type Props = {
  readonly status: WorkspaceStatus | undefined;
  readonly session: Session | undefined;
  readonly error: unknown;
  readonly onRetry: () => void;
};

export function Doors({ status, session, error, onRetry }: Props) {
  const { t } = useTranslation(['start', 'frame']);
  return (
    <div className={classes.doors}>
      <header className={classes.top}>
        <Mark />
        <span className="strong">{t('frame:product')}</span>
      </header>
      <main className={classes.main}>
        <div className={classes.middle}>
          <Door status={status} session={session} error={error} onRetry={onRetry} />
        </div>
        {status?.state === 'absent' && <Facts />}
      </main>
      <footer className={classes.foot}>
        {/* In an open workspace rounds may go on behind the door. */}
        <span>{status?.state !== 'open' && t('frame:network.closed')}</span>
        {status && <span>{t('frame:version', { version: status.version })}</span>}
      </footer>
    </div>
  );
}

function Door({ status, session, error, onRetry }: Props) {
  const { t } = useTranslation('start');
  if (status === undefined || (status.state === 'open' && session === undefined)) {
    return error ? (
      <ErrorState error={error} onRetry={onRetry} />
    ) : (
      <p className={classes.waiting} role="status">
        {t('waiting')}
      </p>
    );
  }
  switch (status.state) {
    case 'absent':
      return <CreateWorkspace status={status} />;
    case 'locked':
      return <Unlock status={status} />;
    case 'open':
      return <Person session={session} />;
  }
}

function Person({ session }: { session: Session | undefined }) {
  switch (session?.state) {
    case 'no-accounts':
      return <Begin session={session} />;
    case 'nobody':
    case 'locked':
      return <SignIn key={`${session.state} ${session.person?.id}`} session={session} />;
    default:
      return null;
  }
}
