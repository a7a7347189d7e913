/** Consistency between partners: one hash for each stage of chemistry, and which stages differ from the plan's. */
import { createHash, createHmac } from 'node:crypto';
import { type ConsistencyStage, consistencyStage } from '../contract/chemistry.ts';
import { type ChemistryParameters, describeRules } from './parameters.ts';
import { toolkitVersion } from './toolkit.ts';

export type ConsistencyStages = Readonly<Record<ConsistencyStage, string>>;

/** What can be compared at once. */
export function stagesWithoutStructures({ key, ...rules }: ChemistryParameters) {
  return {
    toolkit: linesHash([`RDKit ${toolkitVersion}`]),
    parameters: linesHash([describeRules(rules)]),
    key: createHmac('sha256', key).update('chorale consistency').digest('hex'),
  } satisfies Partial<ConsistencyStages>;
}

/** The stages as the plan of a consortium carries them. */
export const consistencyRecord = (stages: ConsistencyStages): Record<string, string> =>
  Object.fromEntries(consistencyStage.options.map((stage) => [recordName(stage), stages[stage]]));

export const expectedStage = (record: Readonly<Record<string, string>>, stage: ConsistencyStage): string | null =>
  record[recordName(stage)] ?? null;

/** In the order of the work: the first is the cause, the later ones may only follow from it. */
export const differingStages = (
  stages: Partial<ConsistencyStages>,
  record: Readonly<Record<string, string>>,
): readonly ConsistencyStage[] =>
  consistencyStage.options.filter(
    (stage) => stages[stage] !== undefined && stages[stage] !== expectedStage(record, stage),
  );

const recordName = (stage: ConsistencyStage): string => `chemistry.${stage}`;

export const linesHash = (lines: readonly string[]): string =>
  createHash('sha256').update(lines.join('\n')).digest('hex');
