/** Results joined to structures by a key: how many keys match, what each side lacks, and keys that almost match. */
import { useTranslation } from 'react-i18next';
import type { JoinReport } from '../../../src-main/contract/intake.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import { Status, type Tone } from '../../parts/Status.tsx';
import classes from './JoinCounts.module.css';

/** The section of the check; nothing where the structures stand in the file itself. */
export function JoinSection({ counts }: { counts: JoinReport | null }) {
  const { t } = useTranslation('intake');
  if (counts === null) return null;
  return (
    <Section title={t('join.checked')}>
      <JoinCounts counts={counts} />
    </Section>
  );
}

export function JoinCounts({ counts }: { counts: JoinReport }) {
  const { t } = useTranslation('intake');
  const format = useFormat();
  const { keys, found, withoutResults, conflicting, near, examples } = counts;
  const lines: readonly {
    readonly id: string;
    readonly tone: Tone;
    readonly words: string;
    readonly count: number;
    readonly examples: readonly string[];
  }[] = [
    { id: 'found', tone: found === 0 ? 'bad' : 'ok', words: t('join.found'), count: found, examples: [] },
    {
      id: 'lacking',
      tone: keys > found ? 'warn' : 'aside',
      words: t('join.withoutStructure'),
      count: keys - found,
      examples: examples.withoutStructure,
    },
    ...(withoutResults === null
      ? []
      : [
          {
            id: 'unused',
            tone: 'aside' as const,
            words: t('join.withoutResults'),
            count: withoutResults,
            examples: examples.withoutResults,
          },
        ]),
    ...(conflicting === 0
      ? []
      : [
          {
            id: 'conflicting',
            tone: 'warn' as const,
            words: t('join.conflicting'),
            count: conflicting,
            examples: examples.conflicting.map(({ key }) => key),
          },
        ]),
  ];
  return (
    <>
      <ul className={classes.counts}>
        {lines.map((line) => (
          <li key={line.id} className={classes.count}>
            <Status tone={line.tone}>{line.words}</Status>
            <span className="number">{format.count(line.count)}</span>
            {line.count > 0 && line.examples.length > 0 && (
              <span className={`${classes.examples} code third`} title={line.examples.join('\n')}>
                {line.examples.slice(0, 3).join(', ')}
                {line.count > 3 && ' …'}
              </span>
            )}
          </li>
        ))}
      </ul>
      {near.map(({ rule, keys: more, examples: pairs }) => (
        <p key={rule} className={classes.near}>
          {t('join.near', { count: more, rule: t(`nearRules.${rule}`) })}
          {pairs[0] && (
            <>
              {' '}
              <span className="code">
                {pairs[0].results} / {pairs[0].structures}
              </span>
            </>
          )}
        </p>
      ))}
    </>
  );
}
