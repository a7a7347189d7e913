import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unit as unitSchema } from '../../src-main/contract/intake.ts';
import { judgeNumbers, numberEvidence, numberParser } from '../../src-main/intake/numbers.ts';
import { relationOf, splitRelation } from '../../src-main/intake/relations.ts';
import { scaleOf, toScale, unitOf, unitOfHeader } from '../../src-main/intake/units.ts';
import { readValueCell } from '../../src-main/intake/value-cell.ts';

const english = numberParser({ decimalMark: '.', thousands: ',' });
const german = numberParser({ decimalMark: ',', thousands: '.' });

const column = (...cells: string[]) => {
  const { add, seen } = numberEvidence();
  for (const cell of cells) add(cell);
  return seen;
};

describe('numbers', () => {
  it('come back as they were written, in every format', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9_999_999, max: 9_999_999 }),
        fc.integer({ min: 0, max: 999 }),
        (whole, decimals) => {
          const number = Number(`${whole}.${decimals}`);
          const grouped = String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
          expect(english(`${grouped}.${decimals}`)).toBe(number);
          expect(german(`${grouped.replaceAll(',', '.')},${decimals}`)).toBe(number);
        },
      ),
    );
  });

  it.each([
    ['12,34', undefined],
    ['1,2345', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['1e400', undefined],
    ['5 ± 1', undefined],
    ['10-20', undefined],
    ['', undefined],
    ['.72', 0.72],
    ['-.72', -0.72],
    ['1e+04', 10_000],
    ['1.2 x 10^-5', 1.2e-5],
    ['１２．５', 12.5],
    ['−3', -3],
  ])('%j is %j, never a part of it', (text, number) => {
    expect(english(text)).toBe(number);
  });

  it.each([
    [['0,676', '3055', '9,9e+3'], ',', ''],
    [['1,641.0', '0.7'], '.', ','],
    [['1.234.567,8'], ',', '.'],
    [['12 345,6'], ',', ' '],
    [['1,234', '0.5'], '.', ','],
    [['5', '70'], '.', ''],
    [['>100,000.0'], '.', ','],
  ])('%j are read with decimal mark %j and groups %j', (cells, decimalMark, thousands) => {
    const { format, ambiguous } = judgeNumbers([column(...cells)]);
    expect([format, ambiguous]).toEqual([{ decimalMark, thousands }, undefined]);
  });

  it('that could mean two things are asked about', () => {
    expect(judgeNumbers([column('1,234', '5')]).ambiguous).toBe('1,234');
    expect(judgeNumbers([column('1.500', '4.500', '21', '22')]).ambiguous).toBe('1.500');
    expect(judgeNumbers([column('1.500', '4.500')], { delimiter: ';' }).ambiguous).toBe('1.500');
    expect(judgeNumbers([column('1.500', '4.500')], { delimiter: ',' }).ambiguous).toBeUndefined();
    expect(judgeNumbers([column('1.500', '0.5', '21')], { delimiter: ';' }).ambiguous).toBeUndefined();
  });

  it('follow the columns that are used; the others settle what those leave open only where no value turns by a thousand', () => {
    const dots = column('342.41', '180.16');
    const commas = column('300,25', '1,5');
    const open = column('1.100', '12');
    expect(judgeNumbers([column('1.5', '2.25')], { others: [commas, commas] })).toMatchObject({
      format: { decimalMark: '.', thousands: '' },
      ambiguous: undefined,
    });
    expect(judgeNumbers([open], { others: [dots] })).toMatchObject({
      format: { decimalMark: '.' },
      ambiguous: undefined,
    });
    expect(judgeNumbers([open], { others: [commas] }).ambiguous).toBe('1.100');
    expect(judgeNumbers([column('1,100', '12')], { others: [dots] }).ambiguous).toBe('1,100');
    expect(judgeNumbers([column('7', '12')], { others: [commas] })).toMatchObject({
      format: { decimalMark: ',', thousands: '' },
      ambiguous: undefined,
    });
  });

  it('are asked about where two marks stand side by side, and read as a person says', () => {
    expect(judgeNumbers([column('1.5', '2.25'), column('300,25')]).ambiguous).toBe('300,25');
    expect(judgeNumbers([column('5.67'), column('1,234', '12')]).ambiguous).toBe('1,234');
    expect(judgeNumbers([column('5.67'), column('1,234', '0.5')]).ambiguous).toBeUndefined();
    const told = (decimalMark: '.' | ',', ...cells: string[]) => judgeNumbers([column(...cells)], { decimalMark });
    expect(told(',', '1.500', '21').format).toEqual({ decimalMark: ',', thousands: '.' });
    expect(told('.', '1.500', '21').format).toEqual({ decimalMark: '.', thousands: '' });
    expect(told(',', '1.500', '2.5').format).toEqual({ decimalMark: ',', thousands: '' });
  });

  it.each([
    ['>10³', 1000],
    ['1,5 × 10⁻⁹', 1.5e-9],
    ['1,5 x 10^-9', 1.5e-9],
    ['1,5 * 10-9', 1.5e-9],
    ['10^3', 1000],
    ['5,2¹', undefined],
    ['¹5,2', undefined],
    ['5,2 ①', undefined],
    ['5½', undefined],
    ['５２', 52],
    ['1,5 x 1000', undefined],
    ['1,5 x 10', undefined],
    ['4 mL·min⁻¹·kg⁻¹', 4],
    ['12 x10⁻⁶ cm/s', 12],
  ])('raised and multiplied, as in %j, are %j and never another number', (cell, number) => {
    expect(readValueCell(cell, german)?.number).toBe(number);
  });
});

describe('relations', () => {
  it.each([
    ['>=', '>'],
    ['≤', '<'],
    ['≫', '>'],
    ['=<', '<'],
    ['less than', '<'],
    ['kleiner als', '<'],
    ['以上', '>'],
    ['=', '='],
  ])('%s is stored as %s', (text, relation) => {
    expect(relationOf(text)).toEqual({ relation, approximate: false });
  });

  it('that are only about equal are marked', () => {
    for (const text of ['~', 'ca.', 'about', '約'])
      expect(relationOf(text)).toEqual({ relation: '=', approximate: true });
  });

  it.each([
    ['> 1e+04', '>', '1e+04'],
    ['<=4.00', '<=', '4.00'],
    ['ca. 12', 'ca.', '12'],
    ['100以上', '以上', '100'],
    ['-3.2', '', '-3.2'],
    ['lt5', '', 'lt5'],
  ])('%j begins with %j', (cell, written, rest) => {
    expect(splitRelation(cell)).toEqual({ written, rest });
  });
});

describe('units', () => {
  it.each([
    ['µM', 'uM'],
    ['μM', 'uM'],
    ['nmol/L', 'nM'],
    ['MICROMOLAR', 'uM'],
    ['-log10(M)', 'p'],
    ['pIC50', 'p'],
    ['log10(B-A/A-B)', 'log10(ratio)'],
    ['log10(mL/min/kg)', 'log10(mL/min/kg)'],
    ['% unbound', '% unbound'],
    ['log10(nM)', 'log10(nM)'],
    ['log[uM]', 'log10(uM)'],
    ['-log10(nM)', '-log10(nM)'],
    ['ng/mL', 'ng/mL'],
    ['mg/L', 'ug/mL'],
    ['g/L', 'mg/mL'],
    ['10^-6 cm/s', '1e-6 cm/s'],
  ])('%s is %s', (spelling, unit) => {
    expect(unitOf(spelling)).toEqual({ unit, doubtful: false });
  });

  it('that are doubtful say so, and unknown ones are none', () => {
    expect(unitOf('nm')).toEqual({ unit: 'nM', doubtful: true });
    expect(unitOf('log')).toEqual({ unit: 'log10', doubtful: true });
    expect(unitOf('log10(M)')).toEqual({ unit: 'log10(M)', doubtful: true });
    for (const spelling of ['furlong', 'm', 'log10(furlong)', '']) expect(unitOf(spelling)).toBeUndefined();
  });

  it.each([
    ['IC50 (nM)', 'nM'],
    ['exp_mean [nM]', 'nM'],
    ['Ki_nM', 'nM'],
    ['pIC50', 'p'],
    ['pChEMBL Value', 'p'],
    ['LOG SOLUBILITY PH 6.8 (ug/mL)', 'log10(ug/mL)'],
    ['LOG PLASMA PROTEIN BINDING (HUMAN) (% unbound)', 'log10(% unbound)'],
    ['log IC50 (M)', 'log10(M)'],
    ['logIC50 [nM]', 'log10(nM)'],
    ['-log IC50 (M)', 'p'],
    ['-log Ki (uM)', '-log10(uM)'],
    ['measured log solubility in mols per litre', 'log10(M)'],
    ['Result (log10 nM)', 'log10(nM)'],
    ['Anti-log value', undefined],
    ['ADME result', undefined],
    ['IC50', undefined],
  ])('in the header %j is %j', (header, unit) => {
    expect(unitOfHeader(header)?.unit).toBe(unit);
  });

  it.each([
    ['CYP3A4 %inh @10uM', '%'],
    ['% Inhibition at 10 uM', '%'],
    ['hERG % inhibition (10 uM)', '%'],
    ['percent inhibition @ 1 uM', '%'],
    ['Inhibition % at 10 uM', '%'],
    ['% of control_10 uM', '%'],
    ['% unbound 10 uM', '% unbound'],
    ['Inhibition 10 uM', undefined],
    ['Viability 24 h', undefined],
    ['Solubility pH 7.4 uM', 'uM'],
    ['IC50 uM', 'uM'],
    ['CYP3A4 uM', 'uM'],
  ] as const)('are not taken from what a value was measured at: "%s"', (header, unit) => {
    expect(unitOfHeader(header)?.unit).toBe(unit);
  });

  it('keep a censored value on its side when a concentration becomes -log10(mol/L)', () => {
    const concentrations = fc.constantFrom('M', 'mM', 'uM', 'nM', 'pM');
    const positive = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(concentrations, positive, positive, (unit, bound, other) => {
        const p = (value: number) => toScale(value, '=', unit)!.value;
        const stored = toScale(bound, '>', unit)!;
        expect(stored.relation).toBe('<');
        // What is above the bound as a concentration lies below it as a p-value.
        if (other > bound) expect(p(other)).toBeLessThanOrEqual(stored.value);
      }),
    );
  });

  it('agree with each other: a thousand nanomolar are one micromolar', () => {
    expect(toScale(1000, '=', 'nM')?.value).toBeCloseTo(6, 12);
    expect(toScale(1, '=', 'uM')?.value).toBeCloseTo(6, 12);
    expect(toScale(1e-6, '=', 'M')?.value).toBeCloseTo(6, 12);
  });

  it('have no logarithm of nothing, and leave every other scale as it is', () => {
    for (const value of [0, -1]) expect(toScale(value, '=', 'nM')).toBeUndefined();
    for (const unit of unitSchema.options.filter((one) => scaleOf(one) !== 'p' || one === 'p')) {
      const factor = unit === 'ng/mL' ? 1e-3 : unit === 'mg/mL' ? 1e3 : 1;
      expect(toScale(-1.5, '<', unit)).toEqual({ value: -1.5 * factor, relation: '<' });
    }
  });
});

describe('a value in its cell', () => {
  it.each([
    ['> 1e+04', 10_000, '>', undefined],
    ['10 nM', 10, undefined, 'nM'],
    ['≥ 1.5µM', 1.5, '>', 'uM'],
    ['45%', 45, undefined, '%'],
    ['>999,999.9', 999_999.9, '>', undefined],
  ])('%j is %j with relation %j and unit %j', (cell, number, relation, unit) => {
    const value = readValueCell(cell, english);
    expect([value?.number, value?.relation?.relation, value?.unit]).toEqual([number, relation, unit]);
  });

  it.each(['n.b.', 'inactive', '5 / 6', '10 furlongs', '>', '2024-03-14', 'IC50 5'])('is none in %j', (cell) => {
    expect(readValueCell(cell, english)).toBeUndefined();
  });
});
