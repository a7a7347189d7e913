/** The value of a field as text: hashes shortened, numbers grouped, moments as a day and a time, nothing as a dash. */
import type { PackageField } from '../../../src-main/contract/release.ts';
import type { Format } from '../../app/format.ts';

export function fieldValue(value: PackageField['value'], path: string, format: Format): string {
  if (value === null) return '–';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return /seed|key/i.test(path) ? String(value) : format.count(value);
    return Math.abs(value) >= 0.001 && Math.abs(value) < 1e6 ? format.decimal(value, 4) : value.toExponential(3);
  }
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return format.exact(value);
  return /^[0-9a-f]{64}$/.test(value) ? format.short(value, 6) : value;
}
