/** A check's number and limit as a reader sees them, each in its unit. */
import type { TFunction } from 'i18next';
import type { DisclosureCheck } from '../../../src-main/contract/release.ts';
import type { Format } from '../../app/format.ts';

/** The unit stands once, after the measured value. */
export function checkValue(
  { name, unit, limit }: Pick<DisclosureCheck, 'name' | 'unit' | 'limit'>,
  amount: number | string,
  withUnit: boolean,
  format: Format,
  t: TFunction<'checks'>,
): string {
  if (typeof amount === 'string') return format.short(amount);
  if (name === 'vector-range' && typeof limit.value === 'number' && limit.value > 0) {
    return format.percent(amount / limit.value, 1);
  }
  if (unit === 'share') return format.percent(amount, 2);
  if (unit === 'area') return format.decimal(amount, 3);
  if (unit === 'occurrences' && amount === 0) return t('none');
  const text = Number.isInteger(amount) ? format.count(amount) : format.decimal(amount, 2);
  return withUnit ? t(`unit.${unit}`, { value: text }) : text;
}
