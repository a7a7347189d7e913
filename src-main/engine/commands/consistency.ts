/** `chorale consistency`: does this machine's chemistry give what another partner's, or the consortium's plan, says? */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { consistencyRecord, differingStages, expectedStage } from '../../chemistry/consistency.ts';
import {
  type ConsistencyReport,
  type ReferenceStructure,
  reportConsistency,
} from '../../chemistry/consistency-report.ts';
import { type ConsistencyStage, consistencyStage } from '../../contract/chemistry.ts';
import { ChoraleError } from '../../contract/errors.ts';
import { chemistryOptions, declareChemistry, findChemistry } from './chemistry-source.ts';
import { defineCommand, exitCodes } from './command.ts';

const format = 'chorale consistency 1';

const printed = z.object({
  format: z.literal(format),
  stages: z.record(consistencyStage, z.string()),
  structures: z.array(
    z.object({ given: z.string(), parent: z.string(), tautomer: z.string(), fingerprint: z.string() }),
  ),
});

type Comparison = {
  readonly with: string;
  readonly record: Readonly<Record<string, string>>;
  readonly structures: readonly ReferenceStructure[];
};

export const consistency = defineCommand({
  name: 'consistency',
  summary: "Compare this machine's chemistry with the plan's, or with another partner's",
  declare: (command) =>
    declareChemistry(command)
      .option('--compare <file>', 'what another partner has printed with --json')
      .addHelpText(
        'after',
        `
Runs the reference set through the chemistry and prints a hash for each stage of the work. The hashes tell nothing of
the key. Without --compare they are compared with the plan of the consortium that the workspace is in, if it is in one.
Ends with 0 when all stages agree, 3 when one differs: the first that differs is the cause.`,
      ),
  options: z.object({ ...chemistryOptions, compare: z.string().optional() }),
  workspace: 'none',
  async run({ folder, options, host, control, print }) {
    const { parameters, from, plan } = await findChemistry(folder, options, host);
    const compared: Comparison | undefined =
      options.compare !== undefined
        ? readPrinted(options.compare)
        : plan && { with: 'the plan', record: plan.consistency, structures: [] };
    const report = await reportConsistency(parameters, control);
    const differing = compared === undefined ? [] : differingStages(report.stages, compared.record);
    const structures = compared === undefined ? [] : differingStructures(report, compared.structures);
    const answer = {
      format,
      chemistry: from,
      ...report,
      ...(compared && { compared: { with: compared.with, differing, structures } }),
    };
    print(answer, describe(report, compared, differing, structures));
    return differing.length > 0 ? exitCodes.refused : exitCodes.success;
  },
});

/** @throws FILE_UNREADABLE */
function readPrinted(file: string): Comparison {
  try {
    const { stages, structures } = printed.parse(JSON.parse(readFileSync(resolve(file), 'utf8')));
    return { with: file, record: consistencyRecord(stages), structures };
  } catch (error) {
    throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'no consistency report' }, { cause: error });
  }
}

/** The molecules that the two machines do not treat alike; the other's words where this one's differ. */
function differingStructures(
  { structures }: ConsistencyReport,
  others: readonly ReferenceStructure[],
): readonly { readonly here: ReferenceStructure; readonly there: ReferenceStructure }[] {
  const byGiven = new Map(others.map((other) => [other.given, other]));
  return structures.flatMap((here) => {
    const there = byGiven.get(here.given);
    const alike =
      there === undefined ||
      (here.parent === there.parent && here.tautomer === there.tautomer && here.fingerprint === there.fingerprint);
    return alike ? [] : [{ here, there }];
  });
}

function describe(
  { stages, structures }: ConsistencyReport,
  compared: Comparison | undefined,
  differing: readonly ConsistencyStage[],
  unlike: ReturnType<typeof differingStructures>,
): string {
  const lines = consistencyStage.options.map((stage) => {
    const mark =
      compared === undefined ? '' : differing.includes(stage) ? `differs: ${told(compared, stage)}` : 'agrees';
    return `${stage.padEnd(12)}${stages[stage].slice(0, 16)}  ${mark}`.trimEnd();
  });
  const verdict =
    compared === undefined
      ? 'Nothing to compare with.'
      : differing.length === 0
        ? `All stages agree with ${compared.with}.`
        : `The chemistry differs from ${compared.with}, first in: ${differing[0]}.`;
  const examples = unlike
    .slice(0, 10)
    .map(({ here, there }) => `  ${here.given}: ${here.tautomer}, not ${there.tautomer}`);
  return [`${structures.length} molecules`, ...lines, verdict, ...examples].join('\n');
}

const told = ({ record }: Comparison, stage: ConsistencyStage): string =>
  expectedStage(record, stage)?.slice(0, 16) ?? 'not told';
