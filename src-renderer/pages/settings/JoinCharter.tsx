/** The charter that an invitation stands under: named where it came with it, asked for at the coordinator where it did not. */
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { InvitationPreview } from '../../../src-main/contract/federation.ts';
import { useFormat } from '../../app/format.ts';
import { ErrorLine } from '../../parts/ErrorState.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './SettingsPage.module.css';

export function JoinCharter({
  preview: { charter, needsCharter, coordinator, members },
  fetched,
  fetching,
  error,
  onFetch,
}: {
  readonly preview: InvitationPreview;
  /** Whether it was asked for: the coordinator may have none. */
  readonly fetched: boolean;
  readonly fetching: boolean;
  readonly error: Error | null;
  readonly onFetch: () => void;
}) {
  const { t } = useTranslation('settings');
  const format = useFormat();
  return (
    <Section title={t('join.charter.title')}>
      {charter === null ? (
        <>
          <Note tone={needsCharter ? 'warn' : 'plain'}>
            {t(fetched ? 'join.charter.noneThere' : needsCharter ? 'join.charter.needed' : 'join.charter.none')}
          </Note>
          <div className={classes.gap} />
          <p className={classes.text}>{t('join.charter.asks', { host: coordinator.host })}</p>
          <div className={classes.actions}>
            <Button disabled={fetching} onClick={onFetch}>
              {t('join.charter.fetch')}
            </Button>
            {error && <ErrorLine error={error} />}
          </div>
        </>
      ) : (
        <KeyValue
          labelWidth={170}
          facts={[
            {
              label: t('join.charter.name'),
              value: <span className="strong">{t('join.charter.version', charter)}</span>,
            },
            { label: t('join.charter.issued'), value: format.date(charter.issued) },
            { label: t('join.charter.hash'), value: <Hash value={charter.hash} ends={6} icon /> },
            {
              label: t('join.charter.signedBy'),
              value: (
                <>
                  <Status tone="ok">
                    {t('join.charter.signatures', { signed: charter.signedBy.length, count: members.length })}
                  </Status>
                  <span className="second">
                    {' '}
                    {charter.signedBy.map(({ name }) => name).join(t('join.charter.and'))}
                  </span>
                </>
              ),
            },
            { label: t('join.charter.fits'), value: t('join.charter.fitsText') },
          ]}
        />
      )}
    </Section>
  );
}
