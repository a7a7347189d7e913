/** What a task is called on the page: its assay with the threshold, or with the unit of the value. */
import { useTranslation } from 'react-i18next';
import type { SheetTask, ValueTask } from '../../../src-main/contract/scoring.ts';
import { useFormat } from '../../app/format.ts';
import { signOf } from './call.ts';

export function useTaskName() {
  const { t } = useTranslation('score');
  const format = useFormat();
  const unitOf = useUnit();
  return (task: SheetTask): string =>
    task.kind === 'value'
      ? t('valueName', { assay: task.assay, unit: unitOf(task) })
      : task.scale === 'binary'
        ? t('classedName', { assay: task.assay })
        : t('taskName', { assay: task.assay, sign: signOf(task), threshold: format.decimal(task.threshold, 2) });
}

/** With a minus, and figures below the line, as they are printed. */
export function useUnit() {
  const { t } = useTranslation('score');
  return ({ unit, scale }: Pick<ValueTask, 'unit' | 'scale'>): string =>
    unit === null
      ? t(scale === 'log10' ? 'unit.log10' : 'unit.linear')
      : unit.replace('-log10', '−log₁₀').replace('log10', 'log₁₀');
}
