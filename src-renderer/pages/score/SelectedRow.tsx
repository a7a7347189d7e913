/** What is known of the selected compound and what is not, in sentences. */
import { useTranslation } from 'react-i18next';
import type { ScoreRow, Sheet, SheetTask, TaskCard } from '../../../src-main/contract/scoring.ts';
import { useFederation } from '../../app/federation.ts';
import { useFormat } from '../../app/format.ts';
import { Hash } from '../../parts/Hash.tsx';
import { KeyValue } from '../../parts/KeyValue.tsx';
import { Section } from '../../parts/Page.tsx';
import { isLarge, predictionText } from './call.ts';
import classes from './SelectedRow.module.css';
import { useUnit } from './task-name.ts';

type Props = {
  readonly row: ScoreRow | undefined;
  readonly sheet: Pick<Sheet, 'globalModel' | 'ownModel'>;
  readonly task: SheetTask;
  readonly card: TaskCard | undefined;
};

export function SelectedRow({ row, sheet: { globalModel, ownModel }, task, card }: Props) {
  const { t } = useTranslation('score');
  const format = useFormat();
  const federation = useFederation();
  const unitOf = useUnit();
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
  const figure = (value: number, slot: 'global' | 'own') => {
    const width = card?.kind === 'value' ? (card[slot]?.interval ?? null) : null;
    const text = (at: number) => predictionText(format, task, at);
    return width === null
      ? text(value)
      : t('selected.within', { value: text(value), low: text(value - width), high: text(value + width) });
  };
  const [first, second] = [globalModel, ownModel].map((model) => (model ? t(`model.name.${model.kind}`) : ''));
  const says =
    global !== null && own !== null
      ? t('selected.both', { first, second, global: figure(global, 'global'), own: figure(own, 'own') })
      : global !== null
        ? t('selected.one', { first, global: figure(global, 'global') })
        : own !== null
          ? t('selected.one', { first: second, global: figure(own, 'own') })
          : '';
  const unit = task.kind === 'value' && says !== '' ? t('selected.unit', { unit: unitOf(task) }) : '';
  const near =
    nearestSimilarity === null
      ? ''
      : t(isLarge(row, card) && domain !== 'inside' ? 'selected.nearestLarge' : 'selected.nearest', {
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
          ? [says, unit, near, domain === 'outside' && task.kind === 'class' ? t('selected.outside') : '']
              .filter((words) => words !== '')
              .join(' ')
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
