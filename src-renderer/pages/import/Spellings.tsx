/** How words of a column are read: active and inactive in a column of values, relations, types of assays. */
import { useTranslation } from 'react-i18next';
import { label, relation } from '../../../src-main/contract/intake.ts';
import { assayType } from '../../../src-main/contract/tasks.ts';
import { Section } from '../../parts/Page.tsx';
import { decide } from './draft.ts';
import classes from './Spellings.module.css';
import type { StepProps } from './step.ts';
import { WordTable } from './WordTable.tsx';

type Props = StepProps & { readonly column: string };

/** Words among values; one answer may settle several columns of a wide file. */
export function Categories({ inspection, mapping, change, column }: Props) {
  const { t } = useTranslation('intake');
  const words = inspection.categories.filter((one) => one.column === column);
  if (words.length === 0) return null;
  const asked = (spelling: string) =>
    inspection.decisions.find(
      ({ kind, data, columns }) =>
        kind === 'category' &&
        data.spelling === spelling &&
        (data.column === column || (columns?.includes(column) ?? false)),
    );
  const set = (spelling: string) =>
    mapping.categories.find((one) => one.column === column && one.spelling === spelling);
  return (
    <Section title={t('categories.title', { column })}>
      <WordTable
        words={words.map(({ spelling, rows, label, reason }) => ({
          spelling,
          rows,
          value: label ?? (set(spelling) !== undefined || reason.key === 'left-out' ? 'left-out' : null),
          asked: asked(spelling)?.state === 'open',
        }))}
        choices={[...label.options, 'left-out' as const].map((value) => ({ value, label: t(`labels.${value}`) }))}
        placeholder={t('choose')}
        onRead={(spelling, value) => {
          const columns = asked(spelling)?.columns ?? [column];
          const chosen = label.safeParse(value).data ?? null;
          change((draft) => decide(draft, { kind: 'category', columns, spelling, label: chosen }));
        }}
      />
      <p className={classes.help}>{t('categories.text')}</p>
    </Section>
  );
}

export function RelationSpellings({ inspection, change, column }: Props) {
  const { t } = useTranslation('intake');
  const words = inspection.relationSpellings.filter((one) => one.column === column);
  if (words.length === 0) return null;
  return (
    <Section title={t('relations.title', { column })}>
      <WordTable
        words={words.map(({ spelling, rows, relation }) => ({ spelling, rows, value: relation }))}
        choices={relation.options.map((value) => ({ value, label: value }))}
        placeholder={t('choose')}
        onRead={(spelling, value) =>
          change((draft) => decide(draft, { kind: 'relationSpelling', spelling, relation: relation.parse(value) }))
        }
      />
      {words.some(({ approximate }) => approximate) && <p className={classes.help}>{t('relations.approximate')}</p>}
    </Section>
  );
}

export function AssayTypeSpellings({ inspection, change, column }: Props) {
  const { t } = useTranslation('intake');
  const words = inspection.assayTypeSpellings.filter((one) => one.column === column);
  if (words.length === 0) return null;
  return (
    <Section title={t('assayTypes.title', { column })}>
      <WordTable
        words={words.map(({ spelling, rows, assayType }) => ({ spelling, rows, value: assayType }))}
        choices={assayType.options.map((value) => ({ value, label: value }))}
        placeholder={t('choose')}
        onRead={(spelling, value) =>
          change((draft) => decide(draft, { kind: 'assayTypeSpelling', spelling, type: assayType.parse(value) }))
        }
      />
    </Section>
  );
}
