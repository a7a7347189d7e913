/** What went wrong, in words made from the closed list of errors: the fact and its place, what has not happened, the way out. */
import { Button } from '@mantine/core';
import { IconBan } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '../app/words/error-words.ts';
import { knownError } from '../link/errors.ts';
import classes from './ErrorState.module.css';

type Props = {
  readonly error: unknown;
  /** What has not happened because of it. */
  readonly notHappened?: ReactNode;
  readonly onRetry?: () => void;
  /** Facts that the page knows better than the engine, such as the name of an uploaded file. */
  readonly named?: Readonly<Record<string, string>>;
  readonly children?: ReactNode;
};

export function ErrorState({ error, notHappened, onRetry, named, children }: Props) {
  const { t } = useTranslation(['frame', 'errors']);
  const { title, explanation } = errorWords(t, error, named);
  const known = knownError(error);
  return (
    <div className={classes.error} role="alert">
      <h2 className={classes.title}>
        <IconBan aria-hidden />
        {title}
      </h2>
      <p className={classes.text}>
        {explanation} {notHappened}
      </p>
      {children}
      {onRetry && (
        <div className={classes.action}>
          <Button onClick={onRetry}>{t('frame:retry')}</Button>
        </div>
      )}
      {known?.code === 'INTERNAL' && <p className={classes.log}>{t('frame:log', { id: known.data.logId })}</p>}
    </div>
  );
}

/** The same in one line, for the place where a field's help or a button's reason stands. */
export function ErrorLine({ error }: { error: unknown }) {
  const { t } = useTranslation(['frame', 'errors']);
  const { title, explanation } = errorWords(t, error);
  return (
    <span className={classes.line} role="alert">
      <IconBan aria-hidden />
      {t('frame:sentence', { text: title })} {explanation}
    </span>
  );
}
