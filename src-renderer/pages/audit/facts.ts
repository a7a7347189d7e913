/** An entry's subject with those of its small facts that a reader looks for: bytes, rounds, counts. */
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditEntry } from '../../../src-main/contract/audit.ts';
import { useFormat } from '../../app/format.ts';
import { subjectWords } from '../../app/words/subject-words.ts';

const counted = [
  'measurements',
  'rows',
  'structures',
  'compounds',
  'tasks',
  'partners',
  'round',
  'bytes',
  'chunks',
] as const;

export function useFacts(): (entry: AuditEntry) => string {
  const { t } = useTranslation('audit');
  const { t: frame } = useTranslation('frame');
  const format = useFormat();
  return useCallback(
    ({ subject, detail }) =>
      [
        subjectWords(frame, subject),
        ...counted.flatMap((name) => {
          const value = detail[name];
          if (typeof value !== 'number' || (name === 'chunks' && value === 1)) return [];
          return [t(`fact.${name}`, { value: name === 'bytes' ? format.bytes(value) : format.count(value) })];
        }),
      ].join(t('fact.join')),
    [t, frame, format],
  );
}
