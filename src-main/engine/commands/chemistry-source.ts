/** Whose chemistry a command without an open workspace works with: a key file's, else the workspace's. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { openWorkspace, workspaceExists } from '../../catalog/workspace.ts';
import {
  type ChemistryParameters,
  chemistryParameters,
  findChemistryParameters,
  readKeyFile,
} from '../../chemistry/parameters.ts';
import { foldRule, tautomerRule } from '../../contract/chemistry.ts';
import { ChoraleError } from '../../contract/errors.ts';
import type { Plan } from '../../federation/plan.ts';
import { currentConsortium } from '../../federation/series.ts';
import type { Host } from '../host.ts';
import { askAt, findPassphrase } from '../passphrase.ts';

export const ruleOptions = { foldRule: foldRule.optional(), tautomer: tautomerRule.optional() };

export const declareRules = (command: Command): Command =>
  command
    .option('--fold-rule <rule>', `what folds are drawn from: ${foldRule.options.join(', ')}`)
    .option('--tautomer <rule>', `what becomes of tautomers: ${tautomerRule.options.join(', ')}`);

export const chemistryOptions = {
  ...ruleOptions,
  keyFile: z.string().optional(),
  passphraseFile: z.string().optional(),
};

export const declareChemistry = (command: Command): Command =>
  declareRules(
    command.option('--key-file <file>', 'key of the consortium, JSON {"key": "..."}; else the workspace\'s, else none'),
  );

type Options = z.infer<z.ZodObject<typeof chemistryOptions>>;

export type ChemistrySource = {
  readonly parameters: ChemistryParameters;
  readonly from: 'key-file' | 'workspace' | 'nothing';
  /** Of the consortium that the workspace is in. */
  readonly plan: Plan | undefined;
};

/** @throws INPUT_INVALID when rules are chosen beside a workspace's own, FILE_UNREADABLE, WRONG_PASSPHRASE */
export async function findChemistry(
  folder: string,
  { keyFile, passphraseFile, foldRule: folds, tautomer }: Options,
  { configurationFolder }: Host,
): Promise<ChemistrySource> {
  const chosen = { ...(folds && { foldRule: folds }), ...(tautomer && { tautomer }) };
  if (keyFile !== undefined) {
    const parameters = chemistryParameters(readKeyFile(resolve(keyFile)), chosen);
    return { parameters, from: 'key-file', plan: undefined };
  }
  const nothing = { parameters: chemistryParameters('', chosen), from: 'nothing', plan: undefined } as const;
  if (!workspaceExists(folder)) return nothing;
  const { passphrase } = await findPassphrase(folder, {
    file: passphraseFile,
    environment: process.env,
    ask: process.stdin.isTTY ? askAt(process.stdin, process.stderr) : undefined,
    configurationFolder,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const workspace = openWorkspace(folder, passphrase);
  try {
    const parameters = findChemistryParameters(workspace.catalog);
    if (parameters === undefined) return nothing;
    const own = Object.entries(chosen).find(([name, rule]) => parameters[name as keyof typeof chosen] !== rule);
    if (own !== undefined) {
      const message = 'the workspace has rules of its own: name a --key-file to work with others';
      throw new ChoraleError('INPUT_INVALID', { issues: [{ path: own[0], message }] });
    }
    const consortium = currentConsortium(workspace.catalog);
    const inConsortium = consortium !== undefined && consortium.state !== 'left';
    return { parameters, from: 'workspace', plan: inConsortium ? consortium.plan : undefined };
  } finally {
    workspace.close();
  }
}
