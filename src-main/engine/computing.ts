/** What this machine learns on: the person's choice and the last check, in the user's configuration folder. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { providerChoice, providerReport, trainingThreads, type UsedProvider } from '../contract/providers.ts';
import { chooseProvider } from '../training/providers/choose.ts';

const computing = z.object({
  choice: providerChoice,
  /** Absent in files of earlier versions, as are the threads. */
  checksItself: z.boolean().default(true),
  threads: trainingThreads.default(1),
  report: providerReport.nullable(),
});
export type Computing = z.infer<typeof computing>;

const untouched: Computing = { choice: 'automatic', checksItself: true, threads: 1, report: null };

export function readComputing(configurationFolder: string): Computing {
  try {
    return computing.parse(JSON.parse(readFileSync(fileIn(configurationFolder), 'utf8')));
  } catch {
    return untouched; // absent, spoilt or of another version: a new check puts it right
  }
}

export function writeComputing(
  configurationFolder: string,
  changes: { readonly [Key in keyof Computing]?: Computing[Key] | undefined },
): Computing {
  const values = computing.parse({ ...readComputing(configurationFolder), ...withoutGaps(changes) });
  mkdirSync(configurationFolder, { recursive: true, mode: 0o700 });
  writeFileSync(fileIn(configurationFolder), `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  return values;
}

const withoutGaps = (changes: object): object =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));

/** What the next training begins on. */
export function providerHere(configurationFolder: string): UsedProvider {
  const { choice, report, threads } = readComputing(configurationFolder);
  return { ...chooseProvider(choice, report), ...(threads > 1 && { threads }) };
}

const fileIn = (configurationFolder: string) => join(configurationFolder, 'providers.json');
