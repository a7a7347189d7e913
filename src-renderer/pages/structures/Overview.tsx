/** What standardisation did to all structures: changes and failures by kind, folds, and the parameters it was done with. */
import { UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import {
  type StandardisationStep,
  type StructureFailure,
  type StructureNotice,
  type StructuresSummary,
  standardisationStep,
  structureNotice,
} from '../../../src-main/contract/chemistry.ts';
import { useFormat } from '../../app/format.ts';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { Consistency } from './Consistency.tsx';
import classes from './StructuresPage.module.css';

type Props = {
  readonly summary: StructuresSummary;
  readonly onStep: (step: StandardisationStep) => void;
  readonly onFailure: (failure: StructureFailure) => void;
  readonly onNotice: (notice: StructureNotice) => void;
};

export function Overview({ summary, onStep, onFailure, onNotice }: Props) {
  const { t } = useTranslation('structures');
  const format = useFormat();
  const { parameters } = summary;
  const most = Math.max(1, ...summary.folds.map(({ standardStructures }) => standardStructures));
  return (
    <>
      <Section title={t('panel.summary')} end={t('panel.of', { count: summary.standardised })}>
        {standardisationStep.options.map((step) => (
          <UnstyledButton key={step} className={classes.count} onClick={() => onStep(step)}>
            <span>{t(`steps.${step}`)}</span>
            <span>{format.count(summary.steps[step] ?? 0)}</span>
          </UnstyledButton>
        ))}
        <p className={classes.count}>
          <span className="second">{t('unchanged')}</span>
          <span className="second">{format.count(summary.unchanged)}</span>
        </p>
      </Section>
      <Section title={t('panel.failed')} end={format.count(summary.failed)}>
        {summary.failures.length === 0 && (
          <p className="small third">{t(summary.standardised > 0 ? 'panel.noneFailed' : 'panel.noneYet')}</p>
        )}
        {summary.failures.map(({ failure, structures }) => (
          <UnstyledButton key={failure} className={classes.count} onClick={() => onFailure(failure)}>
            <span>{t(`failures.${failure}`)}</span>
            <span>{format.count(structures)}</span>
          </UnstyledButton>
        ))}
      </Section>
      {structureNotice.options.some((notice) => summary.notices[notice] > 0) && (
        <Section title={t('panel.notices')}>
          {structureNotice.options
            .filter((notice) => summary.notices[notice] > 0)
            .map((notice) => (
              <UnstyledButton key={notice} className={classes.count} onClick={() => onNotice(notice)}>
                <span>{t(`notices.${notice}`)}</span>
                <span>{format.count(summary.notices[notice])}</span>
              </UnstyledButton>
            ))}
        </Section>
      )}
      <Section title={t('panel.folds')} end={t('panel.foldsFacts', { count: summary.standardStructures })}>
        {summary.folds.map(({ fold, role, standardStructures }) => (
          <div key={fold} className={classes.fold} data-role={role}>
            <span>{t('foldOf', { fold, role: t(`roles.${role}`) })}</span>
            <span>
              <span
                className={classes.foldBar}
                style={{ display: 'block', width: `${(standardStructures / most) * 100}%` }}
              />
            </span>
            <span className="number">{format.count(standardStructures)}</span>
          </div>
        ))}
      </Section>
      <Section title={t('panel.parameters')}>
        <KeyValue
          labelWidth={124}
          facts={[
            {
              label: t('panel.fingerprint'),
              value: t('panel.fingerprintValue', { radius: parameters.radius, size: parameters.foldSize }),
            },
            { label: t('panel.limit'), value: t('panel.limitValue', { count: parameters.maxHeavyAtoms }) },
            { label: t('panel.tautomer'), value: t(`panel.tautomers.${parameters.tautomer}`) },
            { label: t('panel.foldRule'), value: t(`panel.foldRules.${parameters.foldRule}`) },
            { label: t('panel.key'), value: t(`panel.keys.${parameters.keyOrigin}`) },
            { label: t('panel.hash'), value: <Hash value={parameters.hash} icon /> },
          ]}
        />
        <Consistency inConsortium={parameters.keyOrigin === 'consortium'} />
      </Section>
    </>
  );
}
