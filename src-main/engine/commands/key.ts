/** `chorale key`: shows the key of this partner, prepares its successor, and writes the card for the next roster. */
import { resolve } from 'node:path';
import * as z from 'zod';
import { readIdentity } from '../../catalog/identity.ts';
import { describeIdentity, describeKeys, requireIdentity } from '../../federation/invitation.ts';
import { requireSession } from '../permissions.ts';
import { keyCardOf, prepareNextKey } from '../prepared-key.ts';
import { type AddCommand, defineCommand, exitCodes } from './command.ts';
import { writeJsonFile } from './json-file.ts';

const shown = defineCommand({
  name: 'show',
  summary: 'Show the key of this partner, the one that is prepared, and those that were replaced',
  options: z.object({}),
  workspace: 'read',
  async run({ workspace: { catalog }, print }) {
    const present = describeIdentity(requireIdentity(catalog));
    const { next, replaced } = describeKeys(catalog);
    print(
      { present, next, replaced },
      [
        `${present.name} (${present.partnerId}): ${present.fingerprint.words.join(' ')}`,
        ...(next === null ? [] : [`prepared for ${next.reason}, ${next.madeAt}: ${next.fingerprint.words.join(' ')}`]),
        ...replaced.map(
          ({ fingerprint, reason, replacedAt }) =>
            `replaced for ${reason}, ${replacedAt}: ${fingerprint.words.join(' ')}`,
        ),
      ].join('\n'),
    );
    return exitCodes.success;
  },
});

const prepared = defineCommand({
  name: 'prepare',
  summary: 'Make the key that is to take the place of the present one; nothing changes before a roster names it',
  declare: (command) =>
    command
      .requiredOption('--reason <reason>', 'rotation, or loss: then the present key is not believed any more')
      .addHelpText(
        'after',
        `
The way of a key:
  1. chorale key prepare --reason rotation --as NAME     makes it
  2. chorale key card --out card.json                    for whoever assembles the next roster; tell the words by voice
  3. chorale roster next --previous roster.json --card card.json
  4. chorale roster sign roster.json --as NAME           each partner; yours is signed with both keys
  5. join the series that begins under that roster: from then on the new key signs`,
      ),
  options: z.object({ reason: z.enum(['rotation', 'loss']) }),
  workspace: 'write',
  async run({ workspace, context, options: { reason }, print }) {
    requireSession(context, 'federation.prepareKey');
    const keys = prepareNextKey(workspace, reason);
    print(keys, `Prepared. Its words, for the other partners: ${keys.next!.fingerprint.words.join(' ')}`);
    return exitCodes.success;
  },
});

const card = defineCommand({
  name: 'card',
  summary: 'Write the card of the prepared key, else of the present one, for whoever assembles the next roster',
  declare: (command) => command.option('--out <file>', 'where it goes (default: key-card.json)'),
  options: z.object({ out: z.string().default('key-card.json') }),
  workspace: 'read',
  async run({ workspace, options: { out }, print }) {
    const made = keyCardOf(workspace);
    writeJsonFile(out, made);
    const isPrepared = made.card.key !== describeIdentity(readIdentity(workspace.catalog)!).publicKey;
    const speaks = made.old === null ? 'no older key speaks for it' : 'the present key speaks for it';
    print(
      {
        file: resolve(out),
        partner: made.card.partner,
        key: made.card.key,
        prepared: isPrepared,
        endorsed: made.old !== null,
      },
      `${resolve(out)}: the ${isPrepared ? 'prepared' : 'present'} key of ${made.card.partner}; ${speaks}`,
    );
    return exitCodes.success;
  },
});

export const key: AddCommand = (program, exit) => {
  const group = program.command('key').description('Show, prepare and hand over the key of this partner');
  for (const add of [shown, prepared, card]) add(group, exit);
};
