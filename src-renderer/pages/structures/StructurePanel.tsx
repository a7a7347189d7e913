/** One structure: its way to the standard form step by step, what to look at, and where it stands. */
import { UnstyledButton } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StructureRow } from '../../../src-main/contract/chemistry.ts';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import { Status } from '../../parts/Status.tsx';
import { StepWay } from './StepWay.tsx';
import classes from './StructuresPage.module.css';

export function StructurePanel({ row, onBack }: { row: StructureRow; onBack: () => void }) {
  const { t } = useTranslation(['structures', 'frame']);
  return (
    <>
      <Section
        title={row.companyId}
        end={
          <UnstyledButton className={classes.back} onClick={onBack}>
            <IconChevronLeft aria-hidden />
            {t('panel.back')}
          </UnstyledButton>
        }
      >
        <StepWay {...row} />
        {row.failure !== null && (
          <Note tone="bad">
            <span className="strong">{t('frame:sentence', { text: t(`failures.${row.failure}`) })}</span>{' '}
            {row.failureDetail && <span className="code">{row.failureDetail} </span>}
            {t('panel.effect')}
          </Note>
        )}
        {row.state === 'waiting' && <p className="small third">{t('waiting')}</p>}
      </Section>
      {row.notices.length > 0 && (
        <Section title={t('panel.notices')}>
          {row.notices.map((notice) => (
            <Status key={notice} tone="warn">
              {t(`notices.${notice}`)}
            </Status>
          ))}
        </Section>
      )}
      <Section>
        <KeyValue
          facts={[
            { label: t('panel.compound'), value: `${row.companyId}, ${t('panel.line', { line: row.line })}` },
            ...(row.kind === 'smiles'
              ? [{ label: t('table.given'), value: <Hash value={row.structure} ends={12} icon /> }]
              : []),
            ...(row.smiles === null
              ? []
              : [{ label: t('panel.standardForm'), value: <Hash value={row.smiles} ends={12} icon /> }]),
            ...(row.scaffold
              ? [{ label: t('panel.scaffold'), value: <Hash value={row.scaffold} ends={12} icon /> }]
              : []),
            ...(row.fold === null || row.role === null
              ? []
              : [{ label: t('table.fold'), value: t('foldOf', { fold: row.fold, role: t(`roles.${row.role}`) }) }]),
            ...(row.heavyAtoms === null ? [] : [{ label: t('table.atoms'), value: row.heavyAtoms }]),
          ]}
        />
      </Section>
    </>
  );
}
