/** The last entries of the log, with their hashes. */
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src-main/contract/audit.ts';
import { useFormat } from '../../app/format.ts';
import { subjectWords } from '../../app/words/subject-words.ts';
import { Hash } from '../../parts/Hash.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './HomePage.module.css';

export function Recent({ entries }: { entries: readonly AuditEntry[] }) {
  const { t } = useTranslation(['home', 'audit']);
  const { t: tFrame } = useTranslation('frame');
  const format = useFormat();
  const shown = useMemo(() => entries.slice(0, 12), [entries]);
  return (
    <Section title={t('recent.title')} end={<Link to="/audit">{t('recent.all')}</Link>} flush>
      {shown.length === 0 && <p className={classes.nothing}>{t('recent.none')}</p>}
      <ul>
        {shown.map(({ seq, at, person, act, subject, hash }) => (
          <li key={seq} className={classes.entry}>
            <time className="second" dateTime={at} title={format.exact(at)}>
              {format.when(at)}
            </time>
            <span className="second cut">{person === 'engine' ? t('recent.engine') : person}</span>
            <span className="cut">
              {t('recent.entry', { act: t(`audit:act.${act}`), subject: subjectWords(tFrame, subject) })}
            </span>
            <span className="third">
              <Hash value={hash} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
