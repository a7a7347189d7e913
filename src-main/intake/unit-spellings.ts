/** The unit column's spellings: how each is read, how sure that is, and why. */
import type { AssayProposal, Mapping, UnitSpelling } from '../contract/intake.ts';
import type { Trial } from './trial.ts';
import { isMassPerVolume, scaleOf, unitOf } from './units.ts';

/** How each spelling of the unit column is read, most frequent first; what a person has set comes back as set. */
export function unitSpellings(
  mapping: Mapping,
  trial: Trial,
  assays: readonly AssayProposal[],
  decidedByHand: boolean,
): UnitSpelling[] {
  const column = mapping.columns.find(({ target }) => target === 'unit')?.column;
  if (column === undefined) return [];
  const general = mapping.units.filter(({ assay }) => assay === undefined);
  const byHand = new Map(decidedByHand ? general.map(({ spelling, unit }) => [spelling, unit]) : []);
  const known = new Map(assays.map((assay) => [assay.code, assay]));
  const weightFrom = mapping.columns.some(({ target }) => target === 'molecular-weight') ? 'column' : 'structure';
  return [...trial.spellings]
    .filter(([spelling]) => spelling !== '')
    .sort(([, a], [, b]) => b.rows - a.rows)
    .map(([spelling, seen]) => {
      const base = { column, spelling, rows: seen.rows };
      const read = unitOf(spelling);
      if (byHand.has(spelling) && byHand.get(spelling) !== read?.unit) {
        return {
          ...base,
          unit: byHand.get(spelling) ?? null,
          confidence: 'high',
          reason: { key: 'by-hand', data: {} },
        };
      }
      if (read === undefined) {
        return { ...base, unit: null, confidence: 'low', reason: { key: 'unknown-spelling', data: {} } };
      }
      if (isMassPerVolume(read.unit)) {
        const of = [...seen.assays].map((code) => known.get(code));
        const solubility = of.every((assay) => assay?.assayType === 'ADME');
        // A potency only where the file says so: what nothing is known of may be a solubility.
        const said = solubility || byHand.has(spelling) || of.every((assay) => assay?.confidence === 'high');
        return {
          ...base,
          unit: said ? read.unit : null,
          confidence: said ? 'middle' : 'low',
          reason: solubility
            ? { key: 'mass-per-volume', data: { assays: seen.assays.size } }
            : { key: 'mass-by-weight', data: { assays: seen.assays.size, from: weightFrom } },
        };
      }
      if (read.doubtful && read.unit === 'log10(M)') {
        const { lowest, highest } = seen;
        const data = { unit: read.unit, ...(lowest <= highest ? { lowest, highest } : {}) };
        return { ...base, unit: read.unit, confidence: 'middle', reason: { key: 'logarithm-of-concentration', data } };
      }
      if (!read.doubtful) {
        return { ...base, unit: read.unit, confidence: 'high', reason: { key: 'known-spelling', data: {} } };
      }
      if (scaleOf(read.unit) !== 'log10') {
        return {
          ...base,
          unit: read.unit,
          confidence: 'middle',
          reason: { key: 'unusual-case', data: { unit: read.unit } },
        };
      }
      const { lowest, highest } = seen;
      const plausible = lowest <= highest && lowest >= -8 && highest <= 8;
      const range = lowest <= highest ? { lowest, highest } : {};
      const data = { assays: seen.assays.size, assay: [...seen.assays][0] ?? '', ...range };
      return {
        ...base,
        unit: plausible || byHand.has(spelling) ? read.unit : null,
        confidence: plausible ? 'middle' : 'low',
        reason: { key: 'log-of-unnamed', data },
      };
    });
}
