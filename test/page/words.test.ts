import { describe, expect, it } from 'vitest';
import { standardisationStep, structureFailure } from '../../src-main/contract/chemistry.ts';
import { errorData } from '../../src-main/contract/errors.ts';
import { blocked, nextStep } from '../../src-main/contract/home.ts';
import {
  assayReason,
  columnReason,
  decision,
  encoding,
  expectation,
  joinReason,
  readingPart,
  readingReason,
  replicateRule,
  rowReason,
  scale,
  target,
  unit,
  unitReason,
} from '../../src-main/contract/intake.ts';
import { jobKind } from '../../src-main/contract/jobs.ts';
import { en } from '../../src-renderer/app/words/en/index.ts';
import { ja } from '../../src-renderer/app/words/ja/index.ts';

type Words = { readonly [key: string]: string | Words };

/** Every sentence by its path; the forms of one plural stand under one path. */
function sentences(words: Words, path = ''): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(words)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (typeof value === 'string') {
      const name = here.replace(/_(one|other)$/, '');
      found.set(name, [...(found.get(name) ?? []), value]);
    } else for (const [name, forms] of sentences(value, here)) found.set(name, forms);
  }
  return found;
}

const gaps = (forms: readonly string[]): Set<string> =>
  new Set(forms.flatMap((form) => [...form.matchAll(/{{\s*(\w+)/g)].map((match) => match[1]!)));

const english = sentences(en);
const japanese = sentences(ja);

describe('the words of the page', () => {
  it('say the same things in Japanese as in English', () => {
    expect([...japanese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('fill every gap of a Japanese sentence with a fact that the English one has', () => {
    const strange = [...japanese].flatMap(([path, forms]) => {
      const known = gaps(english.get(path) ?? []);
      return [...gaps(forms)].filter((gap) => !known.has(gap)).map((gap) => `${path}: {{${gap}}}`);
    });
    expect(strange).toEqual([]);
  });

  it('put a half space between figures and Japanese', () => {
    const tight = [...japanese].filter(([, forms]) =>
      forms.some((form) =>
        /(}}[\u3040-\u30fa\u30fc-\u30ff\u4e00-\u9fff])|([\u3040-\u30fa\u30fc-\u30ff\u4e00-\u9fff]{{\w+, number)/.test(
          form.replace(/{{(?!\w+, number)\w+}}/g, ''),
        ),
      ),
    );
    expect(tight.map(([path]) => path)).toEqual([]);
  });

  it.each([
    ['errors', '', Object.keys(errorData), '.title'],
    ['jobs', 'frame.jobs.kind.', jobKind.options, ''],
    ['finished jobs', 'frame.jobs.done.', jobKind.options, ''],
    ['next steps', 'home.next.', nextStep.shape.step.options, '.title'],
    ['causes', 'home.blocked.cause.', blocked.shape.cause.options, ''],
    ['targets', 'intake.targets.', target.options, ''],
    ['units', 'intake.units.', unit.options, ''],
    ['reasons of columns', 'intake.why.', columnReason.shape.key.options, ''],
    ['reasons of rows', 'intake.reasons.', rowReason.options, ''],
    ['expectations', 'intake.expected.', expectation.shape.key.options, ''],
    ['parts of the reading', 'intake.readingParts.', readingPart.options, ''],
    ['reasons of the reading', 'intake.readingReason.', readingReason.shape.key.options, ''],
    ['encodings', 'intake.encodings.', encoding.options, ''],
    ['questions', 'intake.decision.', decision.shape.kind.options, ''],
    ['reasons of joins', 'intake.joinReason.', joinReason.shape.key.options, ''],
    ['reasons of assay types', 'intake.assayWhy.', assayReason.shape.key.options, ''],
    ['scales', 'intake.scales.', scale.options, ''],
    ['rules for replicates', 'intake.replicateRules.', replicateRule.options, ''],
    ['steps of standardisation', 'structures.steps.', standardisationStep.options, ''],
    ['failures of structures', 'structures.failures.', structureFailure.options, ''],
  ] as const)('have a word for each of the engine’s %s', (_, before, keys, after) => {
    const path = (key: string) => (before === '' ? `errors.${key}${after}` : `${before}${key}${after}`);
    expect(keys.filter((key) => !english.has(path(key)))).toEqual([]);
  });

  it('explain each reading of a unit that leaves a doubt', () => {
    const plain = ['by-hand', 'known-spelling'];
    const doubts = unitReason.shape.key.options.filter((key) => !plain.includes(key));
    expect(doubts.filter((key) => !english.has(`intake.unitReason.${key}`))).toEqual([]);
  });

  it('never exclaim, beg or congratulate', () => {
    const loud = [...english].filter(([, forms]) =>
      forms.some((form) => /!|\b(please|oops|sorry|success(ful|fully)?)\b/i.test(form)),
    );
    expect(loud.map(([path]) => path)).toEqual([]);
  });
});
