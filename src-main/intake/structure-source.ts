/** Where the structures of a mapping come from that joins them: a second file, another sheet, or the catalogue. */
import { sameStandardStructure, structuresByCompanyId } from '../catalog/compounds.ts';
import type { Catalog } from '../catalog/open.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { Join, JoinReport, Mapping, NearMatch } from '../contract/intake.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import { seenTexts } from './distinct.ts';
import { fileName, unreadable } from './file.ts';
import { meansNothing } from './missing.ts';
import { exactNumbers, numberParser, plainText } from './numbers.ts';
import { fingerprintOfFile, watchFile } from './same-file.ts';
import { isEmptyBlock, molBlockColumn } from './sdf.ts';
import { type StoredStructure, structureTable } from './structure-table.ts';
import { openMapped } from './table.ts';

export type FoundStructure = {
  readonly structure: string;
  readonly structureKind: 'smiles' | 'molblock';
  /** Where the structures name the compound, and the results only its key. */
  readonly companyId?: string | undefined;
  /** g/mol */
  readonly weight?: number | undefined;
};

export type StructureSource = {
  /** As the person knows it. */
  readonly name: string;
  /** @param key trimmed; it is counted as one of the results' */
  readonly find: (
    key: string,
  ) =>
    | ({ readonly kind: 'found' } & FoundStructure)
    | { readonly kind: 'missing' }
    | { readonly kind: 'conflict'; readonly structures: number };
  /** On the keys asked for so far. */
  readonly report: () => JoinReport;
};

/** What a mapping may read besides its own file. */
export type Companions = {
  /** Path of the second file. */
  readonly companion?: string | null | undefined;
  readonly catalog?: Catalog | undefined;
};

const examplesShown = 50;
/** Bytes of keys and structures; beyond that a file of structures is refused, so that no import fills the memory. */
const mostBytes = 768 * 1024 * 1024;

/**
 * @returns undefined for a mapping that joins nothing
 * @throws FILE_UNREADABLE, MAPPING_INCOMPLETE, CANCELLED, INPUT_INVALID when the second file or the catalogue is not there
 */
export async function openStructures(
  path: string,
  { join, missing = [] }: Pick<Mapping, 'join'> & Partial<Pick<Mapping, 'missing'>>,
  { companion, catalog }: Companions,
  control: Control,
): Promise<StructureSource | undefined> {
  switch (join?.kind) {
    case undefined:
      return undefined;
    case 'file':
      if (companion === undefined || companion === null) throw absent('companion', `${join.name} is needed`);
      return structuresOfCompanion(companion, join, missing, control);
    case 'sheet':
      return structuresOfFile(path, join, join.reading.sheet ?? '', missing, control);
    case 'catalogue':
      if (catalog === undefined) throw absent('join', 'there is no catalogue to ask');
      return structuresOfCatalogue(catalog, join.conflicts ?? 'reject');
  }
}

const absent = (path: string, message: string) => new ChoraleError('INPUT_INVALID', { issues: [{ path, message }] });

/** Of the very file that the mapping was made for: another one of the same name may give other structures to the same ids. */
async function structuresOfCompanion(
  path: string,
  join: Extract<Join, { readonly kind: 'file' }>,
  missing: readonly string[],
  control: Control,
): Promise<StructureSource> {
  const watch = await watchFile(path);
  if ((await fingerprintOfFile(path, control)) !== join.sha256) throw unreadable(path, 'other-companion');
  const source = await structuresOfFile(path, join, join.name, missing, control);
  await watch.refuseOther(join.sha256, 'changed', control);
  return source;
}

/** In a table of structures alone: of a value it may be a category. */
const isUnknown = /^(unknown|unbekannt|inconnue?|不明)$/i;

type FileJoin = Exclude<Join, { readonly kind: 'catalogue' }>;

async function structuresOfFile(
  path: string,
  join: FileJoin,
  name: string,
  spellings: readonly string[],
  control: Control,
): Promise<StructureSource> {
  const { reading, columns, on, conflicts } = join;
  const table = structureTable();
  const conflictExamples = new Map<string, string[]>();
  const opened = await openMapped(path, { reading, columns });
  const at = (target: string) => {
    const column = columns.find((one) => one.target === target)?.column;
    return column === undefined ? -1 : opened.columns.indexOf(column);
  };
  const key = opened.columns.indexOf(on.structures);
  const structureAt = at('structure');
  const [idAt, weightAt] = [at('compound-id'), at('molecular-weight')];
  if (key < 0) throw new ChoraleError('MAPPING_INCOMPLETE', { missing: [on.structures] });
  const parseText = numberParser(reading);
  const parseExact = numberParser(exactNumbers);
  const isBlocks = opened.columns[structureAt] === molBlockColumn;
  const nothing = new Set(spellings);
  const saysNothing = (cell: string) => cell === '' || nothing.has(cell) || meansNothing(cell) || isUnknown.test(cell);
  let rows = 0;
  for await (const block of opened.rows) {
    stopIfAsked(control);
    for (const { cells, problem, marks, exact } of block) {
      const id = (cells[key] ?? '').trim();
      const cell = cells[structureAt] ?? '';
      if (problem !== undefined || saysNothing(id) || id === on.structures) continue;
      // As in a row of results: such a key has no structure.
      if (saysNothing(cell.trim()) || isEmptyBlock(cell) || cell.includes('\ufffd')) continue;
      if (marks?.has(key) === true || marks?.has(structureAt) === true) continue;
      const block = isBlocks || cell.includes('M  END');
      const parse = exact?.has(weightAt) === true ? parseExact : parseText;
      const weight = weightAt < 0 ? undefined : parse(plainText(cells[weightAt] ?? ''));
      const stored: StoredStructure = {
        structure: block ? cell : cell.trim(),
        structureKind: block ? 'molblock' : 'smiles',
        companyId: idAt < 0 || idAt === key ? undefined : (cells[idAt] ?? '').trim() || undefined,
        weight: weight !== undefined && weight > 0 ? weight : undefined,
      };
      const before = table.peek(id);
      if (table.add(id, stored, conflicts === 'last') !== 'other') continue;
      const known = conflictExamples.get(id);
      if (known !== undefined) known.push(described(stored));
      else if (conflictExamples.size < examplesShown && before !== undefined) {
        conflictExamples.set(id, [described(before), described(stored)]);
      }
    }
    rows += block.length;
    if (table.bytes() > mostBytes) {
      throw new ChoraleError('FILE_UNREADABLE', { file: fileName(path), reason: 'too-many-structures' });
    }
    control.report({ step: 'import.structures', done: rows, total: Math.round(rows / Math.max(opened.share(), 1e-6)) });
  }

  const missing = missingKeys();
  return {
    name,
    find(id) {
      const found = table.find(id);
      if (found === undefined) {
        missing.add(id);
        return { kind: 'missing' };
      }
      if (found.conflicting && conflicts === 'reject') return { kind: 'conflict', structures: 2 };
      return { kind: 'found', ...found.stored };
    },
    report() {
      const without: string[] = [];
      for (const one of table.keys()) {
        if (without.length >= examplesShown) break;
        if (!one.asked) without.push(one.key);
      }
      return {
        keys: table.asked() + missing.size(),
        found: table.asked(),
        structures: table.size(),
        withoutResults: table.size() - table.asked(),
        conflicting: table.conflicting(),
        near: missing.near(table.keys()),
        examples: {
          withoutStructure: [...missing.first(examplesShown)],
          withoutResults: without,
          conflicting: [...conflictExamples].map(([id, structures]) => ({
            key: id,
            structures: [...new Set(structures)],
          })),
        },
      };
    },
  };
}

/** With the id that it would give, where the structures name one. */
const described = ({ structure, companyId }: StoredStructure): string =>
  companyId === undefined ? structure : `${structure} (${companyId})`;

function structuresOfCatalogue(catalog: Catalog, conflicts: FileJoin['conflicts']): StructureSource {
  const structuresOf = structuresByCompanyId(catalog);
  const areOne = sameStandardStructure(catalog);
  const missing = missingKeys();
  const found = seenTexts();
  const conflicting = seenTexts();
  const examples: JoinReport['examples']['conflicting'] = [];
  let last: { readonly id: string; readonly answer: ReturnType<StructureSource['find']> } | undefined;
  const find: StructureSource['find'] = (id) => {
    const structures = structuresOf(id);
    const [first] = structures;
    if (first === undefined) {
      missing.add(id);
      return { kind: 'missing' };
    }
    found.add([id], 1);
    if (structures.length > 1 && !areOne(id)) {
      conflicting.add([id], 1);
      if (examples.length < examplesShown && conflicting.size() > examples.length) {
        examples.push({ key: id, structures: structures.slice(0, 5).map(({ structure }) => structure) });
      }
      if (conflicts === 'reject') return { kind: 'conflict', structures: structures.length };
      if (conflicts === 'last') return { kind: 'found', ...structures.at(-1)! };
    }
    return { kind: 'found', ...first };
  };
  return {
    name: 'catalogue',
    find(id) {
      if (last?.id !== id) last = { id, answer: find(id) };
      return last.answer;
    },
    report: () => ({
      keys: found.size() + missing.size(),
      found: found.size(),
      structures: null,
      withoutResults: null,
      conflicting: conflicting.size(),
      near: [],
      examples: {
        withoutStructure: [...missing.first(examplesShown)],
        withoutResults: [],
        conflicting: examples,
      },
    }),
  };
}

/** Keys of results that have no structure: all counted, the first ones kept for a second look. */
const keptMissing = 5000;

function missingKeys() {
  const kept = new Set<string>();
  const all = seenTexts();
  return {
    add(key: string): void {
      if (all.add([key], 1) === undefined && kept.size < keptMissing) kept.add(key);
    },
    size: () => all.size(),
    first: (count: number): Iterable<string> => [...kept].slice(0, count),
    near: (keys: Iterable<{ readonly key: string }>): NearMatch[] => nearMatches(kept, keys),
  };
}

const looser: Readonly<Record<NearMatch['rule'], (key: string) => string>> = {
  case: (key) => key.toLowerCase(),
  'leading-zeros': (key) => key.replace(/(^|\D)0+(?=\d)/g, '$1'),
  separators: (key) => key.replace(/[\s._/#-]+/g, ''),
};

/** Reported, never done: "ab-12" and "AB-12" may well be two compounds. */
function nearMatches(missing: ReadonlySet<string>, keys: Iterable<{ readonly key: string }>): NearMatch[] {
  if (missing.size === 0) return [];
  const rules = Object.entries(looser) as [NearMatch['rule'], (key: string) => string][];
  const wanted = rules.map(([rule, form]) => ({
    rule,
    form,
    byForm: new Map([...missing].map((key) => [form(key), key])),
    hits: new Map<string, string>(),
  }));
  for (const { key } of keys) {
    for (const { form, byForm, hits } of wanted) {
      const match = byForm.get(form(key));
      if (match !== undefined) hits.set(match, key);
    }
  }
  return wanted
    .filter(({ hits }) => hits.size > 0)
    .map(({ rule, hits }) => ({
      rule,
      keys: hits.size,
      examples: [...hits].slice(0, 5).map(([results, structures]) => ({ results, structures })),
    }));
}
