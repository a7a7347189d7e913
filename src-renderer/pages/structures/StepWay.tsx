/** The way from the structure as it was given to its standard form: one drawing for each step, and what the step did. */
import { IconArrowDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { AppliedStep, StructureRow } from '../../../src-main/contract/chemistry.ts';
import { Chip } from '../../parts/Chip.tsx';
import { Molecule } from '../../parts/Molecule.tsx';
import classes from './StepWay.module.css';

const size = { width: 300, height: 150 };

type Props = Pick<StructureRow, 'kind' | 'structure' | 'smiles' | 'changes'>;

export function StepWay({ kind, structure, smiles, changes }: Props) {
  const { t } = useTranslation('structures');
  const given = { kind, text: structure };
  const before = (at: number) => (at === 0 ? given : { kind: 'smiles' as const, text: changes[at - 1]!.smiles });
  return (
    <ol className={classes.way}>
      <li className={classes.stage}>
        <span className="label">{t('table.given')}</span>
        <Molecule {...given} {...size} label={t('table.given')} />
      </li>
      {changes.map((change, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place on the way
        <li key={at} className={classes.stage}>
          <Done change={change} />
          {at === changes.length - 1 && <span className="label">{t('panel.standardForm')}</span>}
          <Molecule text={change.smiles} alignTo={before(at)} {...size} label={t(`steps.${change.step}`)} />
        </li>
      ))}
      {changes.length === 0 && smiles !== null && (
        <li className={classes.stage}>
          <span className={classes.between}>
            <IconArrowDown aria-hidden />
            {t('unchanged')}
          </span>
          <span className="label">{t('panel.standardForm')}</span>
          <Molecule text={smiles} alignTo={given} {...size} label={t('panel.standardForm')} />
        </li>
      )}
    </ol>
  );
}

/** The step in words: its name, the groups it normalised, the fragments it took away. */
function Done({ change: { step, groups, removed } }: { change: AppliedStep }) {
  const { t } = useTranslation('structures');
  const taken = [...new Map(removed.map((fragment) => [fragment.smiles, fragment])).values()];
  return (
    <>
      <span className={classes.between}>
        <IconArrowDown aria-hidden />
        <span className="strong">{t(`steps.${step}`)}</span>
      </span>
      {(groups.length > 0 || taken.length > 0) && (
        <span className={classes.facts}>
          {groups.map((group) => (
            <Chip key={group}>{t(`groups.${group}`)}</Chip>
          ))}
          {taken.map(({ smiles, kind }) => (
            <span key={smiles} className={classes.taken}>
              <span className="code">{smiles}</span>
              <span className="small third">{t(`removed.kinds.${kind}`)}</span>
            </span>
          ))}
        </span>
      )}
    </>
  );
}
