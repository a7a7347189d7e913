/** One structure before and after, stacked at one scale, with what was done to it. */
import { UnstyledButton } from '@mantine/core';
import { IconArrowDown, IconChevronLeft } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StructureRow } from '../../../src-main/contract/chemistry.ts';
import { Chip } from '../../parts/Chip.tsx';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import { Note } from '../../parts/Note.tsx';
import { Section } from '../../parts/Page.tsx';
import classes from './StructuresPage.module.css';

const size = { width: 300, height: 150 };

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
        <div className={classes.pair}>
          <span className={classes.caption}>{t('table.given')}</span>
          <Molecule kind={row.kind} text={row.structure} {...size} label={t('table.given')} />
          <span className={classes.between}>
            <IconArrowDown aria-hidden />
          </span>
          <span className={classes.caption}>{t('panel.standardForm')}</span>
          {row.smiles !== null && <Molecule text={row.smiles} {...size} label={t('panel.standardForm')} />}
        </div>
        {row.failure !== null && (
          <Note tone="bad">
            <span className="strong">{t('frame:sentence', { text: t(`failures.${row.failure}`) })}</span>{' '}
            {row.failureDetail && <span className="code">{row.failureDetail} </span>}
            {t('panel.effect')}
          </Note>
        )}
        {row.state === 'waiting' && <p className="small third">{t('waiting')}</p>}
      </Section>
      {row.smiles !== null && (
        <Section title={t('table.changed')}>
          <div className={classes.steps}>
            {row.steps.length === 0 && <span className="small second">{t('unchanged')}</span>}
            {row.steps.map((step) => (
              <Chip key={step}>{t(`steps.${step}`)}</Chip>
            ))}
          </div>
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
