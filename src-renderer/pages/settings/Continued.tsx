/** What goes on in a series that an invitation offers: the trunk it begins from, and who comes, goes or changes by it. */
import { useTranslation } from 'react-i18next';
import type { InvitationPreview } from '../../../src-main/contract/federation.ts';
import { Diff, type DiffRow } from '../../parts/Diff.tsx';
import { Hash } from '../../parts/Hash.tsx';
import classes from './SettingsPage.module.css';

export function Continued({ continues }: { continues: NonNullable<InvitationPreview['continues']> }) {
  const { t } = useTranslation('settings');
  const { series, rounds, trunkHash, known, added, removed, changed } = continues;
  const rows = (change: DiffRow['change'], partners: typeof added): DiffRow[] =>
    partners.map(({ id, name }) => ({
      id: `${change} ${id}`,
      change,
      label: name,
      cause: t(`join.continues.${change}`),
    }));
  const all = [...rows('new', added), ...rows('changed', changed), ...rows('gone', removed)];
  return (
    <section aria-label={t('join.continues.title')}>
      <div className={classes.gap} />
      <h3 className="strong">{t('join.continues.title')}</h3>
      <p className={classes.text}>
        {t('join.continues.text', { series, count: rounds })} <Hash value={trunkHash} ends={6} icon />
      </p>
      {known ? (
        all.length === 0 ? (
          <p className={classes.text}>{t('join.continues.same')}</p>
        ) : (
          <Diff label={t('join.continues.roster')} rows={all} />
        )
      ) : (
        <p className={classes.text}>{t('join.continues.unknown')}</p>
      )}
    </section>
  );
}
