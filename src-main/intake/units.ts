/** The closed list of units: how each is written, what scale it is stored in, and how a value gets there. */
import { type Scale, type Unit, unit as unitSchema } from '../contract/intake.ts';
import { plainText } from './numbers.ts';
import { flipped, type Relation } from './relations.ts';

export type UnitReading = {
  readonly unit: Unit;
  /** The spelling leaves a doubt: "nm" is most likely nM, "log" is the log10 of something unnamed. */
  readonly doubtful: boolean;
};

/** Powers of ten below one mole per litre. */
const molarPowers: Partial<Record<Unit, number>> = { M: 0, mM: 3, uM: 6, nM: 9, pM: 12 };

export const scaleOf = (unit: Unit): Scale =>
  unit === 'p' || molarPowers[unit] !== undefined ? 'p' : unit.startsWith('log10') ? 'log10' : 'linear';

/** Units in which absorption, distribution, metabolism and excretion are reported, and hardly anything else. */
export const isAdmeUnit = (unit: Unit): boolean =>
  unit.startsWith('log10') || ['ratio', 'mL/min/kg', 'uL/min/mg', 'uL/min/1e6 cells', '1e-6 cm/s'].includes(unit);

export const units: readonly Unit[] = unitSchema.options;

export type Stored = { readonly value: number; readonly relation: Relation };

/**
 * A value in the scale of its unit: -log10(mol/L) for concentrations, with the relation flipped, since the scale turns
 * round; all others as they are.
 * @returns undefined for a concentration of zero or less
 */
export function toScale(value: number, relation: Relation, unit: Unit): Stored | undefined {
  const power = molarPowers[unit];
  if (power === undefined) return { value, relation };
  return value > 0 ? { value: power - Math.log10(value), relation: flipped(relation) } : undefined;
}

/** Case matters: mM is not M, and M is not m. */
const exact: Readonly<Record<string, Unit>> = {
  M: 'M',
  mM: 'mM',
  uM: 'uM',
  nM: 'nM',
  pM: 'pM',
};

const anyCase: Readonly<Record<string, Unit>> = Object.fromEntries(
  (
    [
      ['M', ['mol/l', 'mol/dm3', 'molar', 'moll-1', 'mol.l-1']],
      ['mM', ['mmol/l', 'millimolar']],
      ['uM', ['umol/l', 'micromolar', 'mikromolar']],
      ['nM', ['nmol/l', 'nanomolar']],
      ['pM', ['pmol/l', 'picomolar', 'pikomolar']],
      ['p', ['pic50', 'pec50', 'pki', 'pkd', 'pkb', 'pac50', 'pxc50', 'pgi50', 'ped50', 'pa2', 'pactivity', 'pchembl']],
      ['p', ['-log10(m)', '-log(m)', '-log10m', '-logm', '-log10[m]', '-log[m]', '-log10(mol/l)', '-log(mol/l)']],
      ['log10', ['logd', 'logp', 'logd7.4', 'logdph7.4']],
      ['%', ['%', 'percent', 'pct', 'prozent', '%inhibition', '%inh', '%inh.', '%unbound', '%bound', '%control']],
      ['fraction', ['fraction', 'anteil', 'fu']],
      ['ratio', ['ratio', 'b-a/a-b', 'ba/ab', 'b-a:a-b', 'effluxratio', 'verhältnis', '比']],
      ['mL/min/kg', ['ml/min/kg', 'mlmin-1kg-1', 'ml/(min*kg)', 'ml/(min.kg)']],
      ['uL/min/mg', ['ul/min/mg', 'ul/min/mgprotein', 'ulmin-1mg-1']],
      ['uL/min/1e6 cells', ['ul/min/10^6cells', 'ul/min/106cells', 'ul/min/1e6cells', 'ul/min/millioncells']],
      ['1e-6 cm/s', ['10-6cm/s', '10^-6cm/s', '1e-6cm/s', '1e-06cm/s', 'x10-6cm/s', '10e-6cm/s']],
      ['h', ['h', 'hr', 'hrs', 'hour', 'hours', 'std', 'stunden', '時間']],
      ['min', ['min', 'mins', 'minute', 'minutes', 'minuten', '分']],
      ['ug/mL', ['ug/ml', 'mg/l', 'mcg/ml']],
    ] as const
  ).flatMap(([unit, spellings]) => spellings.map((spelling) => [spelling, unit])),
);

/** "nm" is a length, but no assay value is one. */
const doubtfulCase: Readonly<Record<string, Unit>> = { nm: 'nM', um: 'uM', mm: 'mM', pm: 'pM', NM: 'nM', UM: 'uM' };

/** The unit that a text spells, as it stands in a unit column or in brackets. */
export function unitOf(spelling: string): UnitReading | undefined {
  const text = plainText(spelling).replace(/[μµ]/g, 'u').replace(/\s+/g, '').replace(/[·⋅]/g, '');
  const known = exact[text] ?? anyCase[text.toLowerCase()];
  if (known !== undefined) return { unit: known, doubtful: false };
  const doubtful = doubtfulCase[text];
  if (doubtful !== undefined) return { unit: doubtful, doubtful: true };
  if (/^log(10)?(units?)?$/i.test(text)) return { unit: 'log10', doubtful: true };
  const ofLog = /^log(?:10)?[([](.+)[)\]]$/i.exec(text) ?? /^log(?:10)?(?=\W)(.+)$/i.exec(text);
  if (ofLog === null) return undefined;
  return logOf(unitOf(ofLog[1] ?? '')?.unit, /unbound/i.test(ofLog[1] ?? ''));
}

/** Log10 of a linear unit; of a concentration there is none, since it could mean either sign. */
function logOf(unit: Unit | undefined, unbound: boolean): UnitReading | undefined {
  if (unit === undefined || scaleOf(unit) !== 'linear') return undefined;
  const named = `log10(${unit === '%' && unbound ? '% unbound' : unit})`;
  const found = units.find((one) => one === named);
  return { unit: found ?? 'log10', doubtful: found === undefined };
}

/** The unit that a header names: `IC50 (nM)`, `exp_mean [nM]`, `pIC50`, `LOG SOLUBILITY PH 6.8 (ug/mL)`, `Ki_nM`. */
export function unitOfHeader(header: string): UnitReading | undefined {
  const text = plainText(header);
  const logarithm = /^log(10)?[\s_(]|\blog(10)?\b/i.test(text) && !/-\s*log/i.test(text);
  const brackets = /[([]([^()[\]]*(?:\([^()]*\)[^()[\]]*)*)[)\]]\s*$/.exec(text);
  if (brackets !== null) {
    const inside = unitOf(brackets[1] ?? '');
    if (inside !== undefined) {
      return logarithm ? logOf(inside.unit, /unbound/i.test(brackets[1] ?? '')) : inside;
    }
  }
  if (/(^|[\s_(-])p(IC|EC|Ki|Kd|KB|AC|XC|GI|ED|A2|Activity|ChEMBL)/i.test(text)) return { unit: 'p', doubtful: false };
  if (/-\s*log(10)?\s*[([]?\s*(M|mol\/l)/i.test(text)) return { unit: 'p', doubtful: false };
  if (/^log\s*[DP]\b|\blog\s*[DP](\s|_|$|\d)/i.test(text)) return { unit: 'log10', doubtful: false };
  const last = /[\s_,/]([^\s_,]+)$/.exec(text)?.[1];
  const trailing = last === undefined ? undefined : (exact[last.replace(/[μµ]/g, 'u')] ?? undefined);
  if (trailing !== undefined && trailing !== 'M') return { unit: trailing, doubtful: false };
  if (last !== undefined && /^(mol\/l|[munp]mol\/l|%)$/i.test(last)) return unitOf(last);
  return undefined;
}
