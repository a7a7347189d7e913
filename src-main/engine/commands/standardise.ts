/** `chorale standardise`: SMILES lines to standard SMILES, fold and fingerprint bits. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import * as z from 'zod';
import { openChemistry, type StandardStructure } from '../../chemistry/pool.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { chemistryOptions, declareChemistry, findChemistry } from './chemistry-source.ts';
import { defineCommand, exitCodes } from './command.ts';

type Line = { readonly id: string; readonly smiles: string };

/** Read, worked on and written together. */
const linesAtOnce = 2000;

export const standardise = defineCommand({
  name: 'standardise [file]',
  summary: 'Standardise SMILES, from a file or from the input',
  declare: (command) =>
    declareChemistry(command)
      .option('--plain-bits', 'fingerprint bits as RDKit numbers them, not scrambled by the key')
      .addHelpText(
        'after',
        `
Each line is a SMILES, then optionally a tab or space and an id; without one the line's number is its id.
Writes a line for each: id, standard SMILES, fold, fingerprint bits with commas between, and a fifth cell that says why
where there is no standard structure; the cells are separated by tabs. With --json each line is an object.
Ends with 0 when every line has its structure, 2 when some have none.`,
      ),
  options: z.object({ ...chemistryOptions, plainBits: z.boolean().default(false) }),
  workspace: 'none',
  async run({ args: [file = '-'], options, folder, host, json, control, write }) {
    const { parameters, from } = await findChemistry(folder, options, host);
    if (from === 'nothing') say('no key: folds of an empty key, bits as RDKit numbers them');
    const chemistry = await openChemistry({ parameters, plainBits: options.plainBits || from === 'nothing' });
    let [done, failed] = [0, 0];
    try {
      for await (const lines of readLines(file)) {
        const structures = lines.map(({ smiles }) => ({ kind: 'smiles', text: smiles }) as const);
        const results = await chemistry.standardise(structures, {
          signal: control.signal,
          report: (progress) => control.report({ step: progress.step, done: done + progress.done }),
        });
        done += lines.length;
        failed += results.filter(({ ok }) => !ok).length;
        const form = json ? jsonLine : tabbedLine;
        await write(results.map((result, at) => `${form(lines[at]!.id, result)}\n`).join(''));
      }
    } finally {
      await chemistry.close();
    }
    if (failed > 0) say(`${failed} of ${done} structures have no standard form`);
    return failed > 0 ? exitCodes.rejected : exitCodes.success;
  },
});

function tabbedLine(id: string, result: StandardStructure): string {
  if (!result.ok)
    return [id, '', '', '', [result.failure, result.detail].filter((word) => word !== '').join(': ')].join('\t');
  return [id, result.smiles, result.fold, result.bits.join(',')].join('\t');
}

function jsonLine(id: string, result: StandardStructure): string {
  return JSON.stringify(result.ok ? { id, ...result, bits: [...result.bits] } : { id, ...result });
}

const say = (line: string) => process.stderr.write(`${line}\n`);

/** @throws FILE_UNREADABLE */
async function* readLines(file: string): AsyncIterable<readonly Line[]> {
  const input = file === '-' ? process.stdin : createReadStream(resolve(file));
  let lines: Line[] = [];
  let number = 0;
  try {
    for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number += 1;
      const line = parseLine(text, number);
      if (line !== undefined && lines.push(line) === linesAtOnce) {
        yield lines;
        lines = [];
      }
    }
  } catch (error) {
    if (error instanceof ChoraleError) throw error;
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'cannot-be-opened' }, { cause: error });
  }
  if (lines.length > 0) yield lines;
}

/** @returns undefined for an empty line */
export function parseLine(text: string, number: number): Line | undefined {
  const [, smiles, id] = /^\uFEFF?\s*(\S+)(?:\s+(.*\S))?\s*$/.exec(text) ?? [];
  return smiles === undefined ? undefined : { smiles, id: id ?? String(number) };
}
