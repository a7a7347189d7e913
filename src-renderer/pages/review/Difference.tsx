/** What has changed since the last approved package; a new field has a tick of its own, never ticked beforehand. */
import { Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { PackageDifference, PackageView } from '../../../src-main/contract/release.ts';
import { useFormat } from '../../app/format.ts';
import { Diff } from '../../parts/Diff.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './Difference.module.css';
import { fieldMeaning } from './field-meaning.ts';
import { fieldValue } from './field-value.ts';
import { useReadFields } from './read-fields.tsx';

export function Difference({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('review');
  const format = useFormat();
  const { difference } = frozen;
  if (difference === null) {
    return (
      <Section title={t('difference.first')}>
        <p className="small second">{t('difference.firstText', { count: frozen.fields.length })}</p>
      </Section>
    );
  }
  const title = t('difference.title', { last: difference.since.name });
  const fresh = newPaths(difference);
  return (
    <Section title={title} end={t('difference.equal', { count: difference.equal })} flush>
      {difference.changes.length === 0 && <p className={classes.none}>{t('difference.none')}</p>}
      <Diff
        label={title}
        rows={difference.changes.map(({ path, change, before, after }) => ({
          id: path,
          change,
          label: <FieldName path={path} />,
          before: fieldValue(before, path, format),
          after: fieldValue(after, path, format),
          ...(change === 'changed' ? {} : { cause: t(change === 'new' ? 'difference.new' : 'difference.gone') }),
        }))}
      />
      {frozen.state === 'frozen' && fresh.length > 0 && <ReadTicks paths={fresh} />}
    </Section>
  );
}

function FieldName({ path }: { path: string }) {
  const { t } = useTranslation('review');
  const meaning = fieldMeaning(path);
  return (
    <span className={classes.field} title={path}>
      <span className="code cut">{path}</span>
      {meaning && <span className={classes.meaning}>{t(`fields.means.${meaning}`)}</span>}
    </span>
  );
}

/** The new fields that have to be read before an approval. */
export const newPaths = (difference: PackageDifference | null): readonly string[] =>
  (difference?.changes ?? []).filter(({ change }) => change === 'new').map(({ path }) => path);

function ReadTicks({ paths }: { paths: readonly string[] }) {
  const { t } = useTranslation('review');
  const { read, set } = useReadFields();
  return (
    <ul className={classes.ticks}>
      {paths.map((path) => (
        <li key={path}>
          <Checkbox
            label={t('difference.read', { path })}
            checked={read.has(path)}
            onChange={({ currentTarget }) => set(path, currentTarget.checked)}
          />
        </li>
      ))}
    </ul>
  );
}
