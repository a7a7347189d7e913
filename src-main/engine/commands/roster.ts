/** `chorale roster`: assembles the next roster from the cards of partners' keys, shows what it changes, and signs it. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { fingerprintOfText } from '../../federation/identity.ts';
import { signRosterText } from '../../federation/invitation.ts';
import { nextRoster, readKeyCard } from '../../federation/key-card.ts';
import {
  hasSigned,
  keyChanges,
  readRoster,
  rosterDifference,
  rosterHash,
  type SignedRoster,
} from '../../federation/roster.ts';
import { auditAct } from '../audited.ts';
import { requireSession } from '../permissions.ts';
import { type AddCommand, defineCommand, exitCodes } from './command.ts';
import { readJsonFile, readTextFile, writeJsonFile } from './json-file.ts';

/** `PARTNER=what`, as often as it is needed. */
const pairs = (name: string) =>
  z.array(z.string()).transform((given, context) =>
    Object.fromEntries(
      given.map((text) => {
        const [, id = '', what = ''] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
        if (id === '') context.addIssue({ code: 'custom', message: `--${name} PARTNER=...` });
        return [id, what] as const;
      }),
    ),
  );

const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];

const next = defineCommand({
  name: 'next',
  summary: 'Assemble the successor of a roster, for every partner to sign',
  declare: (command: Command) =>
    command
      .requiredOption('--previous <file>', 'the roster that it takes the place of')
      .option('--card <file>', 'the card of a key, from `chorale key card`; once for each', repeated, [])
      .option('--lost <partner=reason>', 'a key without the word of the old one, and what has happened', repeated, [])
      .option('--weight <partner=weight>', 'of a newcomer, or one that changes', repeated, [])
      .option('--leave <partner>', 'a partner that is in it no more', repeated, [])
      .option('--out <file>', 'where it goes (default: roster.json)'),
  options: z.object({
    previous: z.string(),
    card: z.array(z.string()),
    lost: pairs('lost'),
    weight: pairs('weight').pipe(z.record(z.string(), z.coerce.number<string>().positive())),
    leave: z.array(z.string()),
    out: z.string().default('roster.json'),
  }),
  workspace: 'none',
  async run({ options: { previous, card, lost, weight, leave, out }, print }) {
    const before = readRoster(readJsonFile(previous)).roster;
    const cards = card.map((file) => readKeyCard(readJsonFile(file)));
    const roster = nextRoster(before, { cards, lost, weights: weight, leaving: leave });
    const unsigned = readRoster({ roster, signatures: {} });
    writeJsonFile(out, unsigned);
    print(
      { file: resolve(out), ...described(unsigned, before) },
      [resolve(out), ...lines(unsigned, before)].join('\n'),
    );
    return exitCodes.success;
  },
});

const shown = defineCommand({
  name: 'show <file>',
  summary: 'Show the partners of a roster with the words of their keys, who has signed, and what it changes',
  declare: (command) => command.option('--previous <file>', 'the roster that it takes the place of'),
  options: z.object({ previous: z.string().optional() }),
  workspace: 'none',
  async run({ args: [file], options: { previous }, print }) {
    const signed = readRoster(readJsonFile(file!));
    const before = previous === undefined ? undefined : readRoster(readJsonFile(previous)).roster;
    print(described(signed, before), lines(signed, before).join('\n'));
    const isComplete = signed.roster.partners.every((partner) => hasSigned(signed, partner));
    const isSpokenFor = before === undefined || keyChanges(before, signed).every(({ by }) => by !== 'nobody');
    return isComplete && isSpokenFor ? exitCodes.success : exitCodes.refused;
  },
});

const signed = defineCommand({
  name: 'sign <file>',
  summary: "Add this partner's signature to a roster; with both keys, where it names the prepared one",
  declare: (command) => command.option('--out <file>', 'where the signed roster goes (default: the same file)'),
  options: z.object({ out: z.string().optional() }),
  workspace: 'write',
  async run({ workspace, context, args: [file], options, print }) {
    requireSession(context, 'federation.signRoster');
    const made = signRosterText(workspace.catalog, readTextFile(file!));
    const detail = { roster: made.rosterHash, partners: made.members.length };
    auditAct(workspace, { act: 'plan-approved', subject: 'roster', detail });
    writeFileSync(resolve(options.out ?? file!), `${made.roster}\n`);
    const document = readRoster(JSON.parse(made.roster));
    print(described(document), lines(document).join('\n'));
    return exitCodes.success;
  },
});

export const roster: AddCommand = (program, exit) => {
  const group = program.command('roster').description('Assemble, show and sign the roster of a consortium');
  for (const add of [next, shown, signed]) add(group, exit);
};

type Before = SignedRoster['roster'] | undefined;

function described(document: SignedRoster, before?: Before) {
  const { roster: of } = document;
  const { added, removed, changed } =
    before === undefined ? { added: [], removed: [], changed: [] } : rosterDifference(before, of);
  const ids = (partners: typeof added) => partners.map(({ id }) => id);
  return {
    hash: rosterHash(of),
    previous: of.previous ?? null,
    partners: of.partners.map((partner) => ({
      ...partner,
      words: fingerprintOfText(partner.key).words,
      signed: hasSigned(document, partner),
    })),
    ...(before === undefined
      ? {}
      : {
          changes: { added: ids(added), removed: ids(removed), changed: ids(changed) },
          keys: keyChanges(before, document).map(({ partner, by, reason }) => ({ id: partner.id, by, reason })),
        }),
  };
}

const spokenFor = {
  'old-key': 'a new key, for which the old one has signed',
  word: 'a new key, by the word of the others; compare its words by voice',
  nobody: 'a new key, for which nothing speaks yet',
} as const;

function lines(document: SignedRoster, before?: Before): readonly string[] {
  const { hash, partners, changes, keys = [] } = described(document, before);
  const listed = partners.map(({ id, name, weight, words, signed: has }) =>
    [id, name, `weight ${weight}`, has ? 'signed' : 'not signed', words.join(' ')].join('  '),
  );
  const told = [
    ...(changes?.added ?? []).map((id) => `${id} comes new`),
    ...(changes?.removed ?? []).map((id) => `${id} is no longer in it`),
    ...keys.map(({ id, by, reason }) => `${id}: ${spokenFor[by]}${reason === null ? '' : ` (${reason})`}`),
  ];
  return [`Roster of ${document.roster.name}, ${hash}`, ...listed, ...told];
}
