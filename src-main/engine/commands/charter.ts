/** `chorale charter`: makes, checks, signs and shows the charter of a consortium. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { chartersOf } from '../../catalog/consents.ts';
import { ChoraleError } from '../../contract/errors.ts';
import {
  type Charter,
  charterHash,
  charterJson,
  charterText,
  readCharter,
  type SignedCharter,
} from '../../federation/charter.ts';
import { type CharterFault, charterFaults } from '../../federation/charter-terms.ts';
import { type Plan, readPlan } from '../../federation/plan.ts';
import { type Roster, readRoster } from '../../federation/roster.ts';
import { currentConsortium } from '../../federation/series.ts';
import { charterFromTemplate, nextCharter } from '../../release/charter-template.ts';
import { documentOf, signCharterText, standingOf } from '../../release/consent-acts.ts';
import { requireSession } from '../permissions.ts';
import { type AddCommand, defineCommand, exitCodes } from './command.ts';
import { readJsonFile, readTextFile, writeJsonFile } from './json-file.ts';

const agreed = z.object({ roster: z.string().min(1), plan: z.string().min(1) });

const made = defineCommand({
  name: 'new',
  summary: 'Write a charter for a roster and a plan, from the template or from the version that holds',
  declare: (command) =>
    command
      .requiredOption('--roster <file>', 'the roster of the consortium')
      .requiredOption('--plan <file>', 'the plan of the series')
      .option('--language <language>', 'of the template: en or ja (default: en)')
      .option('--previous <file>', 'the version that this one takes the place of; its words are kept')
      .option('--fill <file>', 'JSON with what belongs into the open places of the template, by their keys')
      .option('--out <file>', 'where it goes (default: charter.json)')
      .addHelpText(
        'after',
        `
The template is a starting point, not legal advice. What it leaves open stands in double braces in the file and is
listed; fill it in there, or hand it over with --fill. A contact's key ends in the partner's id, as steward.P01.
When nothing is open any more its hash is printed: the plan may name it as charterHash.`,
      ),
  options: agreed.extend({
    language: z.enum(['en', 'ja']).default('en'),
    previous: z.string().optional(),
    fill: z.string().optional(),
    out: z.string().default('charter.json'),
  }),
  workspace: 'none',
  async run({ options: { language, previous, fill, out, ...files }, print }) {
    const { roster, plan } = readAgreed(files);
    const issued = new Date().toISOString().slice(0, 10);
    const charter =
      previous === undefined
        ? charterFromTemplate(language, roster, plan, fill === undefined ? {} : readFilled(fill), issued)
        : nextCharter(readCharterFile(previous).charter, roster, plan, issued);
    writeCharter(out, { charter, signatures: {} });
    return report(charter, charterFaults(charter, roster, plan), resolve(out), print);
  },
});

const checked = defineCommand({
  name: 'check <file>',
  summary: 'Say where a charter is unfinished, or is not what the roster and the plan say',
  declare: (command) =>
    command
      .requiredOption('--roster <file>', 'the roster of the consortium')
      .requiredOption('--plan <file>', 'the plan of the series'),
  options: agreed,
  workspace: 'none',
  async run({ args: [file], options, print }) {
    const { roster, plan } = readAgreed(options);
    const { charter } = readCharterFile(file!);
    const hash = charterHash(charter);
    const named: CharterFault[] =
      plan.charterHash === undefined || plan.charterHash === hash
        ? []
        : [{ place: 'document', reason: 'other-charter', found: hash, expected: plan.charterHash }];
    return report(charter, [...charterFaults(charter, roster, plan), ...named], resolve(file!), print);
  },
});

const signed = defineCommand({
  name: 'sign <file>',
  summary: "Add this partner's signature to a charter",
  declare: (command) => command.option('--out <file>', 'where the signed charter goes (default: the same file)'),
  options: z.object({ out: z.string().optional() }),
  workspace: 'write',
  async run({ workspace, context, args: [file], options, print }) {
    const { person } = requireSession(context, 'consent.sign');
    const document = signCharterText(workspace.catalog, readTextFile(file!), person.name);
    writeCharter(options.out ?? file!, document);
    const [have, of] = [Object.keys(document.signatures).length, document.charter.partners.length];
    const { version, name } = document.charter;
    const hash = charterHash(document.charter);
    print(
      { hash, version, signed: have, of },
      `Version ${version} of the charter of ${name}, ${hash}: signed by ${have} of ${of}`,
    );
    return exitCodes.success;
  },
});

const shown = defineCommand({
  name: 'show',
  summary: 'Show the charter that holds in this workspace, and who has consented to it',
  options: z.object({}),
  workspace: 'read',
  async run({ workspace: { catalog }, print }) {
    const consortium = currentConsortium(catalog);
    const [held] = consortium === undefined ? [] : chartersOf(catalog, consortium.series);
    if (held === undefined) {
      print(null, 'There is no charter in this workspace');
      return exitCodes.success;
    }
    const { charter, signatures } = documentOf(held);
    const { state, missing, given, withdrawn } = standingOf(catalog, held);
    const consents = [given.steward, given.compliance].flatMap((consent) =>
      consent === undefined ? [] : [{ capacity: consent.capacity, person: consent.person, at: consent.at }],
    );
    print(
      { hash: held.hash, state, missing, consents, charter, signatures },
      [
        `Version ${held.version} of the charter of ${charter.name}, ${held.hash}`,
        charter.purpose,
        ...consents.map(({ capacity, person, at }) => `${capacity}: ${person}, ${at}`),
        ...(withdrawn === null ? [] : [`withdrawn by ${withdrawn.person}, ${withdrawn.at}: ${withdrawn.reason}`]),
        ...(missing.length === 0 ? [] : [`missing: ${missing.join(', ')}`]),
      ].join('\n'),
    );
    return missing.length === 0 ? exitCodes.success : exitCodes.refused;
  },
});

export const charter: AddCommand = (program, exit) => {
  const group = program.command('charter').description('Make, check, sign and show the charter of a consortium');
  for (const add of [made, checked, signed, shown]) add(group, exit);
};

function report(
  document: Charter,
  faults: readonly CharterFault[],
  file: string,
  print: (value: unknown, text: string) => void,
): typeof exitCodes.success | typeof exitCodes.rejected {
  const hash = faults.length === 0 ? charterHash(document) : null;
  const lines = faults.map(({ place, reason, found, expected }) =>
    [`${place}: ${reason}`, found === null ? '' : String(found), expected === null ? '' : `expected ${expected}`]
      .filter((part) => part !== '')
      .join(' · '),
  );
  const end = hash === null ? [`${faults.length} places are not ready to be signed`] : [`Ready to be signed: ${hash}`];
  print({ file, version: document.version, hash, faults }, [file, ...lines, ...end].join('\n'));
  return hash === null ? exitCodes.rejected : exitCodes.success;
}

/** @throws ROSTER_INVALID, PLAN_INVALID */
function readAgreed(files: z.infer<typeof agreed>): { readonly roster: Roster; readonly plan: Plan } {
  const { roster } = readRoster(readJsonFile(files.roster));
  return { roster, plan: readPlan(readJsonFile(files.plan), roster) };
}

const readCharterFile = (file: string): SignedCharter => readCharter(charterJson(readTextFile(file)));

const readFilled = (file: string): Readonly<Record<string, string>> => {
  const parsed = z.record(z.string(), z.string()).safeParse(readJsonFile(file));
  if (!parsed.success) throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no-texts-by-key' });
  return parsed.data;
};

const writeCharter = (file: string, document: SignedCharter): void =>
  writeJsonFile(file, JSON.parse(charterText(document)));
