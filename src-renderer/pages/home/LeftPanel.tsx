/** What has left this machine: always on Home, so that nobody must ask. */
import { useTranslation } from 'react-i18next';
import type { Home } from '../../../src-main/contract/home.ts';
import { useFormat } from '../../app/format.ts';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import classes from './HomePage.module.css';

export function LeftPanel({ left }: { left: Home['left'] }) {
  const { t } = useTranslation('home');
  const format = useFormat();
  const [host] = left.hosts;
  return (
    <Section title={t('left.title')}>
      <KeyValue
        facts={[
          {
            label: t('left.submissions'),
            value: left.submissions === 0 ? t('left.none') : t('left.approved', { count: left.submissions }),
          },
          {
            label: t('left.amount'),
            value: left.since
              ? t('left.since', { amount: format.bytes(left.bytes), when: format.day(left.since) })
              : format.bytes(left.bytes),
          },
          {
            label: t('left.to'),
            value: host === undefined ? t('left.noHost') : t('left.hosts', { count: left.hosts.length, host }),
          },
          {
            label: t('left.else'),
            value: (
              <span className={classes.calls}>
                <Status tone={left.otherCalls === 0 ? 'ok' : 'bad'}>
                  {t('left.calls', { count: left.otherCalls })}
                </Status>
                {left.deniedCalls > 0 && (
                  <span className="third">{t('left.refused', { count: left.deniedCalls })}</span>
                )}
              </span>
            ),
          },
        ]}
      />
    </Section>
  );
}
