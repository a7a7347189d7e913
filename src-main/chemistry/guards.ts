/** Guards: what is refused before the toolkit sees it, because size or depth would bring it down. */
import type { StructureFailure } from '../contract/chemistry.ts';
import { atomicNumberOf } from './elements.ts';

export type Structure = { readonly kind: 'smiles' | 'molblock'; readonly text: string };

export type Refusal = { readonly failure: StructureFailure; readonly detail: string };

/** Far above real compounds and far below what breaks the toolkit's stack (measured: about 600 atoms, 1,000 branches). */
export const guardLimits = { characters: 1500, atoms: 250, nesting: 100 } as const;

/** @returns why the structure must not reach the toolkit; undefined when it may */
export const guard = ({ kind, text }: Structure): Refusal | undefined => {
  if (text.trim() === '') return { failure: 'empty', detail: '' };
  return kind === 'smiles' ? guardSmiles(text.trim()) : guardMolBlock(text);
};

function guardSmiles(text: string): Refusal | undefined {
  if (text.length > guardLimits.characters) return { failure: 'too-long', detail: `${text.length} characters` };
  // The toolkit guesses formats: only what can be nothing but SMILES goes through.
  if (!/^[!-~]+( [ -~]*)?$/.test(text) || text.startsWith('{') || text.includes('M  END')) {
    return { failure: 'unreadable', detail: 'not a SMILES' };
  }
  const { atoms, nesting } = measureSmiles(text);
  if (atoms > guardLimits.atoms) return { failure: 'too-many-atoms', detail: `${atoms} atoms` };
  if (nesting > guardLimits.nesting) return { failure: 'too-deep', detail: `${nesting} levels` };
  return undefined;
}

/** Atoms and depth of branches, by a scan that never counts too few of either. */
export function measureSmiles(text: string): { readonly atoms: number; readonly nesting: number } {
  let atoms = 0;
  let depth = 0;
  let nesting = 0;
  let inBracket = false;
  for (const character of text) {
    if (inBracket) inBracket = character !== ']';
    else if (character === '[') {
      inBracket = true;
      atoms++;
    } else if (character === '(') nesting = Math.max(nesting, ++depth);
    else if (character === ')') depth--;
    else if (/[A-Zbcnops*]/.test(character)) atoms++;
    else if (character === ' ') break; // a name or an extension follows
  }
  return { atoms, nesting };
}

function guardMolBlock(text: string): Refusal | undefined {
  const malformed = (detail: string): Refusal => ({ failure: 'malformed-block', detail });
  if (text.length > longestBlock) return malformed('longer than any structure');
  if (controlCharacter.test(text)) return malformed('control characters');
  const lines = text.split(/\r\n|\n|\r/);
  const counts = lines[3] ?? '';
  // RDKit reads the version where the format has it, and no further lines of version 3 where it finds none.
  const version = counts.slice(34, 39).trim();
  const version3 = version === 'V3000';
  if (!['', 'V2000', 'V3000'].includes(version) || (!version3 && lines.some((line) => line.startsWith('M  V30')))) {
    return malformed(`version ${version || 'missing'}`);
  }
  const announced = version3
    ? /^M {2}V30 COUNTS +(\d{1,9}) +(\d{1,9})\b/.exec(lines.find((line) => line.startsWith('M  V30 COUNTS')) ?? '')
    : /^( {0,2}\d{1,3})( {0,2}\d{1,3})/.exec(counts.slice(0, 6));
  if (!announced) return malformed('no counts line');
  const atoms = Number(announced[1]);
  const bonds = Number(announced[2]);
  if (atoms > guardLimits.atoms) return { failure: 'too-many-atoms', detail: `${atoms} atoms` };
  if (bonds > 2 * guardLimits.atoms) return malformed(`${bonds} bonds`);
  const needed = (version3 ? 8 : 4) + atoms + bonds;
  if (lines.length < needed) return malformed(`${atoms} atoms and ${bonds} bonds announced in ${lines.length} lines`);
  if (lines.length > 4000 || lines.some((line) => line.length > 4000)) return malformed('longer than any structure');
  const open = atomSymbols(lines, version3, atoms).find((symbol) => symbol !== '' && !standsForAtom(symbol));
  if (open !== undefined) return { failure: 'query', detail: `atom ${open.slice(0, 40)}` };
  const odd = bondTypes(lines, version3, 4 + atoms, bonds).find((type) => !structureBonds.has(type));
  if (odd === undefined) return undefined;
  return queryBonds.has(odd) ? { failure: 'query', detail: `bond type ${odd}` } : malformed(`bond type ${odd}`);
}

const longestBlock = 1_000_000;

/** All but tab, line feed, form feed and carriage return. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const controlCharacter = /[\u0000-\u0008\u000B\u000E-\u001F\u007F]/;

/** Single, double, triple, aromatic, dative, to hydrogen. */
const structureBonds: ReadonlySet<string> = new Set(['1', '2', '3', '4', '9', '10']);

/** One of two kinds, or any. */
const queryBonds: ReadonlySet<string> = new Set(['5', '6', '7', '8']);

/** Where a drawing ends and the rest of the molecule is left out: what SMILES writes as `*`. */
const dummy = /^(\*|R|R#|R\d{1,2}|Du)$/;

/** Else it is a list or a kind of elements, a polymer bead or a lone pair: the toolkit would take each for a dummy. */
function standsForAtom(symbol: string): boolean {
  const element = `${symbol.charAt(0).toUpperCase()}${symbol.slice(1).toLowerCase()}`;
  return element === 'D' || element === 'T' || atomicNumberOf(element) !== undefined || dummy.test(symbol);
}

function atomSymbols(lines: readonly string[], version3: boolean, atoms: number): readonly string[] {
  if (!version3) return lines.slice(4, 4 + atoms).map((line) => line.slice(31, 34).trim());
  return version3Lines(lines, 'ATOM').map((line) => /^M {2}V30 +\S+ +(NOT *\[.*|\S+)/.exec(line)?.[1] ?? '');
}

function bondTypes(lines: readonly string[], version3: boolean, first: number, bonds: number): readonly string[] {
  if (!version3) return lines.slice(first, first + bonds).map((line) => line.slice(6, 9).trim());
  return version3Lines(lines, 'BOND').map((line) => line.trim().split(/ +/)[3] ?? '');
}

/** First lines of what stands in a part of the block. */
function version3Lines(lines: readonly string[], part: 'ATOM' | 'BOND'): readonly string[] {
  const begin = lines.indexOf(`M  V30 BEGIN ${part}`);
  const end = lines.indexOf(`M  V30 END ${part}`);
  if (begin < 0) return [];
  const startsEntry = (_line: string, at: number) => at === 0 || !lines[begin + at]!.trimEnd().endsWith('-');
  return lines.slice(begin + 1, end).filter(startsEntry);
}
