/** One entry of the log, whole: who, when, what, its facts, and the hashes that tie it into the chain. */
import { Button } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src-main/contract/audit.ts';
import { role } from '../../../src-main/contract/settings.ts';
import { type Format, useFormat } from '../../app/format.ts';
import { subjectWords } from '../../app/words/subject-words.ts';
import { copyText } from '../../parts/copy.ts';
import { Hash } from '../../parts/Hash.tsx';
import { type Fact, KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './EntryDetail.module.css';

export function EntryDetail({ entry }: { entry: AuditEntry | null }) {
  const { t } = useTranslation('audit');
  const { t: frame } = useTranslation('frame');
  const format = useFormat();
  const navigate = useNavigate();
  const [copied, setCopied] = useState<number | null>(null);
  if (entry === null) {
    return (
      <Section>
        <p className="small third">{t('entry.none')}</p>
      </Section>
    );
  }
  const packageHash = typeof entry.detail.package === 'string' && isHash(entry.detail.package);
  return (
    <Section title={t('entry.title', { seq: entry.seq })}>
      <KeyValue
        labelWidth={120}
        facts={[
          { label: t('entry.what'), value: t(`act.${entry.act}`) },
          { label: t('entry.who'), value: entry.person === 'engine' ? t('engine') : entry.person },
          { label: t('entry.when'), value: format.exact(entry.at) },
          { label: t('entry.subject'), value: subjectWords(frame, entry.subject) },
          ...Object.entries(entry.detail).map(
            ([name, value]): Fact => ({
              label: factLabel(t as Say, name),
              value: factValue(value, name, format, t, frame),
              key: `detail ${name}`,
            }),
          ),
          { label: t('entry.before'), value: <Hash value={entry.previousHash} /> },
          { label: t('entry.this'), value: <Hash value={entry.hash} /> },
        ]}
      />
      <div className={classes.actions}>
        {packageHash && (
          <Button
            size="small"
            onClick={() => void navigate({ to: '/review', search: { package: String(entry.detail.package) } })}
          >
            {t('entry.openPackage')}
          </Button>
        )}
        <Button
          size="small"
          variant="quiet"
          leftSection={<IconCopy aria-hidden />}
          onClick={() => {
            void copyText(JSON.stringify(entry, null, 2)).then(() => setCopied(entry.seq));
          }}
        >
          {copied === entry.seq ? t('entry.copied') : t('entry.copy')}
        </Button>
      </div>
    </Section>
  );
}

type Say = (key: string, options: { readonly defaultValue: string }) => string;

/** Acts are added with the application, so a fact without a word of its own stands under its name in the log. */
const factLabel = (say: Say, name: string): string => say(`entry.facts.${name}`, { defaultValue: name });

const isHash = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** Facts whose value is a role. */
const spokenAs: readonly string[] = ['role', 'before', 'capacity'];

function factValue(
  value: AuditEntry['detail'][string],
  name: string,
  format: Format,
  t: (key: 'entry.yes' | 'entry.no') => string,
  frame: TFunction<'frame'>,
) {
  if (value === null) return '–';
  if (typeof value === 'boolean') return t(value ? 'entry.yes' : 'entry.no');
  if (typeof value === 'number') {
    if (name === 'bytes') return format.count(value);
    return Number.isInteger(value) ? format.count(value) : format.decimal(value, 4);
  }
  const asRole = role.safeParse(value);
  if (asRole.success && spokenAs.includes(name)) return frame(`roles.${asRole.data}`);
  return isHash(value) ? <Hash value={value} /> : value;
}
