/** What is known of the selected compound and what is not, in sentences. */
import { useTranslation } from 'react-i18next';
import type { ScoreRow } from '../../../src-main/contract/scoring.ts';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { isLarge } from './call.ts';
import classes from './SelectedRow.module.css';

export function SelectedRow({ row, fused }: { row: ScoreRow | undefined; fused: boolean }) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const federation = useFederation();
  if (row === undefined) {
    return (
      <Section>
        <p className="small third">{t('selected.none')}</p>
      </Section>
    );
  }
  const partner = federation?.identity?.name ?? t('selected.you');
  const two = (value: number) => format.decimal(value, 2);
  const { global, own, nearestSimilarity, domain, failure } = row;
  const says =
    global !== null && own !== null
      ? t(fused ? 'selected.bothFused' : 'selected.both', { global: two(global), own: two(own) })
      : global !== null
        ? t(fused ? 'selected.fusedOnly' : 'selected.globalOnly', { global: two(global) })
        : own !== null
          ? t('selected.ownOnly', { own: two(own) })
          : '';
  const near =
    nearestSimilarity === null
      ? ''
      : t(isLarge(row) && domain !== 'inside' ? 'selected.nearestLarge' : 'selected.nearest', {
          partner,
          similarity: two(nearestSimilarity),
        });
  return (
    <Section
      title={row.companyId === '' ? t('noId') : row.companyId}
      end={t('selected.row', { row: row.position + 1 })}
    >
      <p className="small second">
        {failure === null
          ? [says, near, domain === 'outside' ? t('selected.outside') : ''].filter((words) => words !== '').join(' ')
          : t('selected.failed', { reason: t(`failure.${failure}`) })}
      </p>
      <div className={classes.smiles}>
        <KeyValue
          facts={[
            ...(row.smiles === null
              ? []
              : [{ label: t('selected.smiles'), value: <Hash value={row.smiles} ends={12} icon /> }]),
            { label: t('selected.given'), value: <Hash value={row.structure.trim()} ends={12} icon /> },
          ]}
        />
      </div>
    </Section>
  );
}
