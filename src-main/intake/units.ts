/** The closed list of units: how each is written, what scale it is stored in, and how a value gets there. */
import { type Scale, type Unit, unit as unitSchema } from '../contract/intake.ts';
import type { AssayType } from '../contract/tasks.ts';
import { plainText } from './numbers.ts';
import { flipped, type Relation } from './relations.ts';

export type UnitReading = {
  readonly unit: Unit;
  /** The spelling leaves a doubt: "nm" is most likely nM, "log" is the log10 of something unnamed. */
  readonly doubtful: boolean;
};

/** Powers of ten below one mole per litre. */
const molarPowers: Partial<Record<Unit, number>> = { M: 0, mM: 3, uM: 6, nM: 9, pM: 12 };

/** Logarithms of a concentration: -log10(mol/L) is `power + sign * value`. */
const logarithms: Partial<Record<Unit, { readonly power: number; readonly sign: 1 | -1 }>> = {
  p: { power: 0, sign: 1 },
  'log10(M)': { power: 0, sign: -1 },
  'log10(mM)': { power: 3, sign: -1 },
  'log10(uM)': { power: 6, sign: -1 },
  'log10(nM)': { power: 9, sign: -1 },
  'log10(pM)': { power: 12, sign: -1 },
  '-log10(mM)': { power: 3, sign: 1 },
  '-log10(uM)': { power: 6, sign: 1 },
  '-log10(nM)': { power: 9, sign: 1 },
};

/** Masses per volume: powers of ten below one gram per litre. */
const massPowers: Partial<Record<Unit, number>> = { 'ng/mL': 6, 'ug/mL': 3, 'mg/mL': 0 };

/** Linear units that ADME compares by their logarithm; none of them can be zero or less without being below detection. */
const loggable: readonly Unit[] = [
  ...(['% unbound', 'ratio', 'mL/min/kg', 'uL/min/mg', 'uL/min/1e6 cells', '1e-6 cm/s', 'h', 'min'] as const),
];

export const isMassPerVolume = (unit: Unit): boolean => massPowers[unit] !== undefined;

const isLogarithm = (unit: Unit | undefined): boolean =>
  unit !== undefined && (unit.startsWith('log10') || logarithms[unit] !== undefined);

/** Scales that a unit can be stored in, the one it is nearest to first. */
export function scalesOf(unit: Unit): readonly Scale[] {
  if (molarPowers[unit] !== undefined || logarithms[unit] !== undefined) return ['p'];
  if (isMassPerVolume(unit)) return ['linear', 'log10', 'p'];
  if (unit.startsWith('log10')) return ['log10'];
  return loggable.includes(unit) ? ['linear', 'log10'] : ['linear'];
}

export const scaleOf = (unit: Unit): Scale => scalesOf(unit)[0] ?? 'linear';

/** The scale in which an assay of this type keeps values of this unit, unless somebody decides otherwise. */
export function usualScale(unit: Unit, assayType: AssayType): Scale {
  if (isMassPerVolume(unit)) return assayType === 'ADME' ? 'log10' : 'p';
  return assayType === 'ADME' && loggable.includes(unit) && unit !== 'h' && unit !== 'min' ? 'log10' : scaleOf(unit);
}

/** Units in which absorption, distribution, metabolism and excretion are reported, and hardly anything else. */
export const isAdmeUnit = (unit: Unit): boolean =>
  scaleOf(unit) === 'log10' || (loggable.includes(unit) && unit !== 'h' && unit !== 'min');

export const units: readonly Unit[] = unitSchema.options;

export type Stored = { readonly value: number; readonly relation: Relation };

/**
 * A value in a scale that its unit has: -log10(mol/L) for concentrations, with the relation flipped where the scale
 * turns round; masses per volume in ug/mL, or by the molecular weight as -log10(mol/L).
 * @param weight g/mol; needed for a mass per volume on the p-scale
 * @returns undefined where there is no logarithm: of zero or less, or without the weight
 */
export function toScale(
  value: number,
  relation: Relation,
  unit: Unit,
  scale: Scale = scaleOf(unit),
  weight?: number,
): Stored | undefined {
  const logarithm = logarithms[unit];
  if (logarithm !== undefined) {
    const { power, sign } = logarithm;
    return { value: power + sign * value, relation: sign === 1 ? relation : flipped(relation) };
  }
  const molar = molarPowers[unit];
  const mass = massPowers[unit];
  if (molar !== undefined || (mass !== undefined && scale === 'p')) {
    const power = molar ?? (weight === undefined ? undefined : (mass ?? 0) + Math.log10(weight));
    if (power === undefined || value <= 0) return undefined;
    return { value: power - Math.log10(value), relation: flipped(relation) };
  }
  const inMicrograms = mass === undefined ? value : value * 10 ** (3 - mass);
  if (scale !== 'log10' || scaleOf(unit) === 'log10') return { value: inMicrograms, relation };
  return inMicrograms > 0 ? { value: Math.log10(inMicrograms), relation } : undefined;
}

/** The unit of stored values: what `toScale` has made of the given one. */
export function storedUnit(given: string, scale: string): string {
  if (scale === 'p') return '-log10(mol/L)';
  const linear = massPowers[given as Unit] === undefined ? given : 'ug/mL';
  return scale !== 'log10' || given.startsWith('log10') ? linear : `log10(${linear})`;
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
      [
        'M',
        [
          'mol/l',
          'mol/dm3',
          'molar',
          'moll-1',
          'mol.l-1',
          'mol/liter',
          'mol/litre',
          'molsperlitre',
          'molsperliter',
          'molesperlitre',
          'molesperliter',
        ],
      ],
      ['mM', ['mmol/l', 'millimolar']],
      ['uM', ['umol/l', 'micromolar', 'mikromolar']],
      ['nM', ['nmol/l', 'nanomolar']],
      ['pM', ['pmol/l', 'picomolar', 'pikomolar']],
      ['p', ['pic50', 'pec50', 'pki', 'pkd', 'pkb', 'pac50', 'pxc50', 'pgi50', 'ped50', 'pa2', 'pactivity', 'pchembl']],
      ['p', ['-log10(m)', '-log(m)', '-log10m', '-logm', '-log10[m]', '-log[m]', '-log10(mol/l)', '-log(mol/l)']],
      ['log10', ['logd', 'logp', 'logd7.4', 'logdph7.4']],
      ['%', ['%', 'percent', 'pct', 'prozent', '%inhibition', '%inh', '%inh.', '%bound', '%control']],
      ['% unbound', ['%unbound', '%fu', 'fu%', 'fu(%)', 'unbound%', '%free', '%ungebunden', '%libre', '非結合率%']],
      ['fraction', ['fraction', 'anteil', 'fu']],
      ['ratio', ['ratio', 'b-a/a-b', 'ba/ab', 'b-a:a-b', 'effluxratio', 'verhältnis', '比']],
      ['mL/min/kg', ['ml/min/kg', 'mlmin-1kg-1', 'ml/(min*kg)', 'ml/(min.kg)']],
      ['uL/min/mg', ['ul/min/mg', 'ul/min/mgprotein', 'ulmin-1mg-1']],
      ['uL/min/1e6 cells', ['ul/min/10^6cells', 'ul/min/106cells', 'ul/min/1e6cells', 'ul/min/millioncells']],
      ['1e-6 cm/s', ['10-6cm/s', '10^-6cm/s', '1e-6cm/s', '1e-06cm/s', 'x10-6cm/s', 'x10^-6cm/s', '10e-6cm/s']],
      ['h', ['h', 'hr', 'hrs', 'hour', 'hours', 'std', 'stunden', '時間']],
      ['min', ['min', 'mins', 'minute', 'minutes', 'minuten', '分']],
      ['ng/mL', ['ng/ml', 'ug/l', 'mcg/l']],
      ['ug/mL', ['ug/ml', 'mg/l', 'mcg/ml']],
      ['mg/mL', ['mg/ml', 'g/l']],
    ] as const
  ).flatMap(([unit, spellings]) => spellings.map((spelling) => [spelling, unit])),
);

/** "nm" is a length, but no assay value is one. */
const doubtfulCase: Readonly<Record<string, Unit>> = { nm: 'nM', um: 'uM', mm: 'mM', pm: 'pM', NM: 'nM', UM: 'uM' };

/** The unit that a text spells, as it stands in a unit column or in brackets; read once, since a column repeats it in every row. */
export function unitOf(spelling: string): UnitReading | undefined {
  if (lastReadings.has(spelling)) return lastReadings.get(spelling);
  const found = readUnit(spelling);
  if (lastReadings.size >= readingsKept) lastReadings.clear();
  if (spelling.length <= longestKept) lastReadings.set(spelling, found);
  return found;
}

const lastReadings = new Map<string, UnitReading | undefined>();
const readingsKept = 1000;
/** Characters: V8 keeps a longer part of a text as a view of the whole. */
const longestKept = 12;

function readUnit(spelling: string): UnitReading | undefined {
  const text = plainText(spelling).replace(/[μµ]/g, 'u').replace(/\s+/g, '').replace(/[·⋅]/g, '');
  const known = exact[text] ?? anyCase[text.toLowerCase()];
  if (known !== undefined) return { unit: known, doubtful: false };
  const doubtful = doubtfulCase[text];
  if (doubtful !== undefined) return { unit: doubtful, doubtful: true };
  if (/^log(10)?(units?)?$/i.test(text)) return { unit: 'log10', doubtful: true };
  const ofLog =
    /^(-?)log(?:10)?[([](.+)[)\]]$/i.exec(text) ??
    /^(-?)log(?:10)?(?=\W)(.+)$/i.exec(text) ??
    /^(-?)log(?:10)?([munp]?M)$/.exec(text);
  if (ofLog === null) return undefined;
  return logOf(unitOf(ofLog[2] ?? '')?.unit, ofLog[1] === '-');
}

/**
 * Log10 of a linear unit or of a concentration. Of mol/L most people drop the sign and some forget that they did, so
 * that one is doubtful until its values say which it is.
 */
function logOf(unit: Unit | undefined, negative: boolean): UnitReading | undefined {
  if (unit === undefined || isLogarithm(unit)) return undefined;
  if (negative) {
    if (unit === 'M') return { unit: 'p', doubtful: false };
    const named = units.find((one) => one === `-log10(${unit})`);
    return named === undefined ? undefined : { unit: named, doubtful: false };
  }
  const found = units.find((one) => one === `log10(${unit})`);
  return { unit: found ?? 'log10', doubtful: found === undefined || unit === 'M' };
}

/** The unit that a header names: `IC50 (nM)`, `exp_mean [nM]`, `pIC50`, `LOG SOLUBILITY PH 6.8 (ug/mL)`, `Ki_nM`. */
export function unitOfHeader(header: string): UnitReading | undefined {
  const text = plainText(header);
  const logarithm = /(^|[\s_(-])(-\s*)?log(10)?(?=[\s_([]|IC|EC|Ki|Kd|AC|GI|XC|$)/i.exec(text);
  const ofLog = (inside: UnitReading | undefined): UnitReading | undefined =>
    logarithm === null || isLogarithm(inside?.unit) ? inside : logOf(inside?.unit, negated(text));
  const brackets = /[([]([^()[\]]*(?:\([^()]*\)[^()[\]]*)*)[)\]]\s*$/.exec(text);
  if (brackets !== null) {
    const whole = unitOf(brackets[1] ?? '');
    if (whole !== undefined) return ofLog(whole);
  }
  const percent = percentOf(text);
  if (percent !== undefined) return percent;
  if (/(^|[\s_(-])p(IC|EC|Ki|Kd|KB|AC|XC|GI|ED|A2|Activity|ChEMBL)/i.test(text)) return { unit: 'p', doubtful: false };
  if (/-\s*log(10)?\s*[([]?\s*(M|mol\/l)\b/i.test(text)) return { unit: 'p', doubtful: false };
  if (/^log\s*[DP]\b|\blog\s*[DP](\s|_|$|\d)/i.test(text)) return { unit: 'log10', doubtful: false };
  if (/-\s*log(10)?[\s_]*(IC|EC|AC|GI|XC)\d*|-\s*log(10)?[\s_]*K[id]\b/i.test(text))
    return { unit: 'p', doubtful: true };
  if (condition.test(text)) return undefined;
  const last = /[\s_,/]([^\s_,]+)$/.exec(text)?.[1];
  const trailing = last === undefined ? undefined : (exact[last.replace(/[μµ]/g, 'u')] ?? undefined);
  if (trailing !== undefined && trailing !== 'M') return ofLog({ unit: trailing, doubtful: false });
  if (last !== undefined && /^(mol\/l|[munp]mol\/l|%)$/i.test(last)) return ofLog(unitOf(last));
  const named = /\bin\s+(.+)$/i.exec(text)?.[1];
  return named === undefined ? undefined : ofLog(unitOf(named));
}

/** What is said in percent, whatever concentration it was measured at: `CYP3A4 %inh @10uM`, `Inhibition % at 10 uM`. */
function percentOf(text: string): UnitReading | undefined {
  const share = '(?:%|\\b(?:percent|pct|prozent)\\b)';
  const effects =
    '(?:inh(?:ib\\p{L}*)?|activ\\p{L}*|control|ctrl|effect|displacement|remaining|residual|hemmung|阻害率?)';
  const after = new RegExp(`${share}[\\s_]*(\\p{L}+)`, 'iu').exec(text)?.[1];
  const known = after === undefined ? undefined : unitOf(`%${after}`);
  if (known !== undefined) return known;
  const said = new RegExp(`${share}[\\s_]*(?:of[\\s_]+)?${effects}|(?<!\\p{L})${effects}\\.?[\\s_]*${share}`, 'iu');
  return said.test(text) ? { unit: '%', doubtful: false } : undefined;
}

/** A number before the unit at the end is what was measured at, `Inhibition 10 uM` or `Viability 24 h`; a pH is not its number. */
const condition = /(?<!\bpH[\s_]*)(?<=^|[\s_,@])\d+(?:[.,]\d+)?[\s_]*[\p{L}%][^\s_,]*$/iu;

/** A minus before "log", not the hyphen of a name such as "anti-log". */
const negated = (text: string): boolean => /(^|[\s_([])-\s*log/i.test(text);
