import { describe, expect, it } from 'vitest';
import { draftContent, type Mapping } from '../../src-main/contract/intake.ts';
import { apply } from '../../src-renderer/pages/import/apply.ts';
import type { Following } from '../../src-renderer/pages/import/decided.ts';
import {
  canRedo,
  canUndo,
  companionOf,
  companionReadingOf,
  type Draft,
  decide,
  decideAs,
  decisionOf,
  emptyDraft,
  inspected,
  mappingOf,
  readAnew,
  readingOf,
  redone,
  restored,
  toSave,
  undone,
} from '../../src-renderer/pages/import/draft.ts';

const column = (name: string, target: Mapping['columns'][number]['target']) => ({
  column: name,
  target,
  unit: null,
  assay: null,
});

const mapping: Mapping = {
  version: 1,
  reading: {
    format: 'csv',
    encoding: 'utf-8',
    delimiter: ';',
    quote: '"',
    sheet: null,
    headerLine: 1,
    decimalMark: ',',
    thousands: '',
  },
  layout: 'long',
  columns: [
    column('Substanz', 'compound-id'),
    column('SMILES', 'structure'),
    column('Test', 'assay'),
    column('Wert', 'value'),
    column('Einheit', 'unit'),
    column('Projekt', 'unused'),
  ],
  constants: { assay: null, unit: null },
  units: [{ spelling: 'nM', unit: 'nM' }],
  missing: [],
  assays: [{ code: 'A1', assayType: 'OTHER', scale: 'p' }],
  duplicates: 'count-once',
  categories: [],
  relations: [],
  assayTypes: [],
  join: null,
  confirmed: [],
};

const draft: Draft = { ...emptyDraft, history: [{ decided: { kind: 'proposal' }, mapping }], at: 0 };
const targets = ({ columns }: Mapping) => columns.map(({ target }) => target);

describe('a draft of a mapping', () => {
  it('gives a target to one column only, and sets the former one aside', () => {
    const moved = apply(mapping, { kind: 'target', column: 'Projekt', target: 'assay' });
    expect(targets(moved)).toEqual(['compound-id', 'structure', 'unused', 'value', 'unit', 'assay']);
  });

  it('sets what is about values aside when compounds alone come in, and takes a column as values after all', () => {
    const alone = apply(mapping, { kind: 'layout', layout: 'structures' });
    expect(targets(alone)).toEqual(['compound-id', 'structure', 'unused', 'unused', 'unused', 'unused']);
    expect(alone.confirmed).toEqual(['structures-only']);
    const valued = apply(alone, { kind: 'target', column: 'Wert', target: 'value' });
    expect([valued.layout, apply(alone, { kind: 'target', column: 'Wert', target: 'unused' }).layout]).toEqual([
      'long',
      'structures',
    ]);
  });

  it('lets several columns be values', () => {
    const both = apply(mapping, { kind: 'target', column: 'Projekt', target: 'value' });
    expect(targets(both).filter((target) => target === 'value')).toHaveLength(2);
  });

  it('names an assay after its column when values become columns of assays, and forgets it on the way back', () => {
    const wide = apply(mapping, { kind: 'layout', layout: 'wide' });
    expect(wide.columns[3]).toMatchObject({ target: 'assay-value', assay: 'Wert' });
    expect(wide.columns[2]).toMatchObject({ target: 'unused' });
    expect(apply(wide, { kind: 'layout', layout: 'long' }).columns[3]).toMatchObject({ target: 'value', assay: null });
  });

  it('reads a spelling as the unit chosen last', () => {
    const once = apply(mapping, { kind: 'spelling', spelling: 'nM', unit: 'uM' });
    expect(once.units).toEqual([{ spelling: 'nM', unit: 'uM' }]);
  });

  it('is taken back and had again, until a new decision is made', () => {
    const decided = decide(decide(draft, { kind: 'constantUnit', unit: 'nM' }), { kind: 'constantUnit', unit: 'uM' });
    const back = undone(decided);
    expect(mappingOf(back)?.constants.unit).toBe('nM');
    expect(mappingOf(redone(back))?.constants.unit).toBe('uM');
    const other = decide(back, { kind: 'constantUnit', unit: 'mM' });
    expect([canUndo(other), canRedo(other)]).toEqual([true, false]);
    expect(undone(undone(undone(other)))).toMatchObject({ at: 0 });
  });

  it('corrects cells of one row, keeps what the file says, and forgets a correction that says the same again', () => {
    const corrected = (text: string, found: string): Following => ({
      kind: 'corrected',
      line: 7,
      cells: { IC50: { found, text } },
    });
    const once = apply(mapping, corrected('120', '12o'));
    expect(once.corrections).toEqual([{ line: 7, column: 'IC50', found: '12o', text: '120' }]);
    // The page shows the row as it was corrected.
    const twice = apply(once, corrected('121', '120'));
    expect(twice.corrections).toEqual([{ line: 7, column: 'IC50', found: '12o', text: '121' }]);
    expect(apply(twice, corrected('12o', '121'))).toEqual(mapping);
  });

  it('starts afresh when the file is read in another way', () => {
    const again = readAnew(decide(draft, { kind: 'constantUnit', unit: 'nM' }), { quote: null });
    expect(mappingOf(again)).toBeUndefined();
    expect(readingOf(again)).toEqual({ quote: null });
    const found = { ...mapping, layout: 'wide' as const };
    const read = inspected(again, { mapping: found });
    expect(mappingOf(read)).toBe(found);
    expect(readingOf(readAnew(read, { headerLine: 4 }))).toEqual({ quote: null, headerLine: 4 });
    expect(mappingOf(undone(read))?.constants.unit).toBe('nM');
    expect(readingOf(undone(read))).toEqual({});
  });

  it('makes a decision of each repair that changes something, and none of one that does not', () => {
    expect(decisionOf({ kind: 'leave-out', spelling: 'n.b.', rows: 31 })).toEqual({
      kind: 'leftOut',
      spelling: 'n.b.',
    });
    expect(decisionOf({ kind: 'read-unit-as', spelling: 'log', unit: 'log10', rows: 23 })).toMatchObject({
      kind: 'spelling',
    });
    expect(decisionOf({ kind: 'read-unit-as', spelling: 'log', unit: null, rows: 23 })).toBeNull();
    expect(decisionOf({ kind: 'keep', rows: 70 })).toBeNull();
    expect(apply(mapping, { kind: 'leftOut', spelling: 'n.b.' }).missing).toEqual(['n.b.']);
  });
});

const saved = (content: ReturnType<typeof toSave>) => ({ ...content, person: 'M', createdAt: '', changedAt: '' });

describe('a draft that is kept by the engine', () => {
  it('comes back with every decision, what was taken back, and mappings that were not kept', () => {
    const companion = decideAs(draft, { kind: 'companion', file: 'b', name: 'structures.csv' }, mapping);
    const decided: readonly Following[] = [
      { kind: 'target', column: 'Projekt', target: 'assay' },
      { kind: 'unitOfAssays', spelling: 'nM', assays: ['A1'], unit: 'uM' },
      { kind: 'category', columns: ['Wert'], spelling: 'aktiv', label: 'active' },
      { kind: 'listAssays', assays: { A2: { assayType: 'ADME', scale: 'log10' } } },
      { kind: 'confirmed', id: 'unit-suspect A1', about: 'A1' },
    ];
    const full = undone(decided.reduce<Draft>((one, next) => decide(one, next), companion));
    const content = draftContent.parse(JSON.parse(JSON.stringify(toSave('a', full))));
    expect(content.history.map((entry) => entry.mapping !== null)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    const back = restored(saved(content));
    expect(back).toEqual(full);
    expect(companionOf(back)).toBe('b');
    expect(companionOf(undone(undone(undone(undone(undone(back))))))).toBeNull();
  });

  it('reads the file with the structures as a person has said, until another one takes its place', () => {
    const companion = (file: string) => ({ kind: 'companion', file, name: file }) as const;
    let draft = decideAs(inspected(emptyDraft, { mapping }), companion('one'));
    draft = decideAs(draft, { kind: 'companionReading', reading: { delimiter: '\t' } });
    draft = decideAs(draft, { kind: 'companionReading', reading: { headerLine: 3 } });
    expect(companionReadingOf(draft)).toEqual({ delimiter: '\t', headerLine: 3 });
    expect(mappingOf(draft)).toBeUndefined();
    expect(companionReadingOf(undone(draft))).toEqual({ delimiter: '\t' });
    expect(companionReadingOf(decideAs(draft, companion('two')))).toEqual({});
  });

  it('keeps the file that came with the first one apart from those that were added later', () => {
    const begun = inspected({ ...emptyDraft, others: ['b'] }, { mapping });
    const other = decideAs(begun, { kind: 'companion', file: 'c', name: 'c.csv' });
    const back = restored(saved(toSave('a', other)));
    expect([companionOf(back), companionOf(undone(back))]).toEqual(['c', 'b']);
    expect(mappingOf(back)).toBeUndefined();
  });

  it('goes back to the last decision that can be understood', () => {
    const content = toSave('a', decide(draft, { kind: 'constantUnit', unit: 'nM' }));
    const strange = {
      ...content,
      history: [...content.history, { decided: { kind: 'weather' }, mapping: null }],
      at: 2,
    };
    expect(restored(saved(strange))).toMatchObject({ at: 1, history: { length: 2 } });
  });

  it('forgets what was checked as soon as the mapping changes', () => {
    const checked = { ...draft, jobId: 'job' };
    const changed = decide(checked, { kind: 'constantUnit', unit: 'nM' });
    expect(changed.jobId).toBeNull();
    expect(undone({ ...changed, jobId: 'job 2' }).jobId).toBeNull();
  });
});

describe('what the engine completes in a mapping', () => {
  const words = [
    { column: 'Wert', spelling: 'aktiv', label: 'active' as const },
    { column: 'Wert', spelling: 'inaktiv', label: 'inactive' as const },
  ];
  const inWords = decide(draft, { kind: 'unit', column: 'Wert', unit: null });
  const known = inspected(inWords, { mapping: { ...mappingOf(inWords)!, categories: words } });

  it('is what the next decision is about, and is kept with the draft', () => {
    expect(known.history[1]?.mapping).toBe(inWords.history[1]?.mapping);
    const open: Following = { kind: 'category', columns: ['Wert'], spelling: 'akt?', label: 'active' };
    const decided = decide(known, open);
    expect(mappingOf(decided)?.categories.map(({ spelling }) => spelling)).toEqual(['aktiv', 'inaktiv', 'akt?']);
    expect(mappingOf(restored(saved(toSave('a', decided))))).toEqual(mappingOf(decided));
  });

  it('changes nothing when it is what is there', () => {
    expect(inspected(known, { mapping: mappingOf(known)! })).toBe(known);
  });

  it('does not take away assays that were listed by hand', () => {
    const listed = decide(draft, { kind: 'listAssays', assays: { A9: { assayType: 'ADME', scale: 'p' } } });
    const after = inspected(listed, { mapping: { ...mappingOf(listed)!, assays: mapping.assays } });
    expect(mappingOf(after)?.assays.map(({ code }) => code)).toEqual(['A1', 'A9']);
  });
});
