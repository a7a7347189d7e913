/** What attacks on membership found before this package may leave, and the compounds that stand out, which stay here. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Attack } from '../../../src-main/contract/disclosure.ts';
import type { PackageView } from '../../../src-main/contract/release.ts';
import { useFormat } from '../../app/format.ts';
import { Section } from '../../parts/Page.tsx';
import classes from './Membership.module.css';

export function Membership({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  const { membership } = frozen.manifest;
  if (membership === null || (membership.withHead === null && membership.trunkAlone === null)) return null;
  const { round, members, heldOut } = membership;
  return (
    <Section title={t('membership.title')} facts={t('membership.source', { round, members, heldOut })} flush>
      <table className={classes.attacks}>
        <thead>
          <tr>
            <th scope="col">{t('membership.attack')}</th>
            <th scope="col">{t('membership.auc')}</th>
            <th scope="col">{t('membership.tpr1')}</th>
            <th scope="col">{t('membership.tpr01')}</th>
          </tr>
        </thead>
        <tbody>
          <Line name={t('membership.trunkAlone')} attack={membership.trunkAlone} />
          <Line name={t('membership.withHead')} attack={membership.withHead} />
        </tbody>
      </table>
      <p className={classes.text}>{t('membership.text')}</p>
      {frozen.membership !== null && frozen.membership.exposed.length > 0 && <Exposed frozen={frozen} />}
    </Section>
  );
}

function Line({ name, attack }: { name: string; attack: Attack | null }) {
  const { t } = useTranslation('checks');
  const format = useFormat();
  const share = (value: number) => format.percent(value, 1);
  const area = (value: number) => format.decimal(value, 3);
  const cell = (of: 'auc' | 'tprAt1Percent' | 'tprAt01Percent', shown: (value: number) => string) =>
    attack === null ? (
      <td className={classes.none}>{t('membership.none')}</td>
    ) : (
      <td>
        <span className="strong">{shown(attack[of].value)}</span>
        <span className={classes.interval}>
          {t('interval', { low: shown(attack[of].low), high: shown(attack[of].high) })}
        </span>
      </td>
    );
  return (
    <tr>
      <th scope="row">{name}</th>
      {cell('auc', area)}
      {cell('tprAt1Percent', share)}
      {cell('tprAt01Percent', share)}
    </tr>
  );
}

function Exposed({ frozen }: { frozen: PackageView }) {
  const { t } = useTranslation('checks');
  const format = useFormat();
  const [open, setOpen] = useState(false);
  const exposed = frozen.membership?.exposed ?? [];
  return (
    <div className={classes.exposed}>
      <p>
        <span className="strong">{t('membership.exposed')}</span>{' '}
        <span className="small second">{t('membership.exposedText')}</span>
      </p>
      <Button size="small" aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t('membership.hide') : t('membership.show', { count: exposed.length })}
      </Button>
      {open && (
        <table className={classes.compounds}>
          <thead>
            <tr>
              <th scope="col">{t('membership.compound')}</th>
              <th scope="col">SMILES</th>
              <th scope="col">{t('membership.above')}</th>
            </tr>
          </thead>
          <tbody>
            {exposed.map(({ smiles, companyIds, heldOutAbove }) => (
              <tr key={smiles}>
                <td className="name">{companyIds.join(', ')}</td>
                <td className="code" title={smiles}>
                  {format.short(smiles, 20)}
                </td>
                <td>{format.percent(heldOutAbove, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
