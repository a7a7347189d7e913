/** `chorale chemistry`: the rules of a workspace's chemistry, shown or, before it joins a consortium, chosen. */
import * as z from 'zod';
import {
  chooseChemistryRules,
  keyOrigin,
  parameterHash,
  readChemistryParameters,
  rulesOf,
} from '../../chemistry/parameters.ts';
import { auditAct } from '../audited.ts';
import { declareRules, ruleOptions } from './chemistry-source.ts';
import { defineCommand, exitCodes } from './command.ts';

export const chemistry = defineCommand({
  name: 'chemistry',
  summary: "Show a workspace's rules of chemistry, or choose them before it joins a consortium",
  declare: (command) =>
    declareRules(command).addHelpText(
      'after',
      `
Structures that were standardised by other rules wait to be standardised again. In a consortium the plan that all
partners signed sets the rules, and they cannot be chosen any more.`,
    ),
  options: z.object(ruleOptions),
  workspace: 'create',
  async run({ workspace, options, print }) {
    const { catalog } = workspace;
    const chosen = Object.values(options).some((rule) => rule !== undefined);
    const parameters = chosen ? chooseChemistryRules(catalog, options) : readChemistryParameters(catalog);
    if (chosen) {
      const { foldRule, tautomer } = parameters;
      auditAct(workspace, { act: 'settings-changed', subject: 'chemistry', detail: { foldRule, tautomer } });
    }
    const shown = { ...rulesOf(parameters), hash: parameterHash(parameters), keyOrigin: keyOrigin(catalog) };
    const lines = Object.entries(shown).map(([name, value]) => `${name.padEnd(14)}${value}`);
    print(shown, lines.join('\n'));
    return exitCodes.success;
  },
});
