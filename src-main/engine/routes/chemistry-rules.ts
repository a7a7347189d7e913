/** The rules of chemistry: which ones hold, choosing them before joining, and comparing this machine with the plan. */
import type { Catalog } from '../../catalog/open.ts';
import { differingStages, expectedStage } from '../../chemistry/consistency.ts';
import {
  chooseChemistryRules,
  keyOrigin,
  parameterHash,
  readChemistryParameters,
  rulesOf,
} from '../../chemistry/parameters.ts';
import { referenceSet } from '../../chemistry/reference-set.ts';
import { consistencyStage, type StructuresSummary } from '../../contract/chemistry.ts';
import { currentConsortium } from '../../federation/series.ts';
import { auditAct } from '../audited.ts';
import { procedures } from '../procedures.ts';

export function shownParameters(catalog: Catalog): StructuresSummary['parameters'] {
  const parameters = readChemistryParameters(catalog);
  return { ...rulesOf(parameters), hash: parameterHash(parameters), keyOrigin: keyOrigin(catalog) };
}

export const chemistryRulesRoutes = {
  setParameters: procedures.chemistry.setParameters.handler(({ context, input }) => {
    const workspace = context.workspace();
    const { foldRule, tautomer } = chooseChemistryRules(workspace.catalog, input);
    auditAct(workspace, { act: 'settings-changed', subject: 'chemistry', detail: { foldRule, tautomer } });
    return shownParameters(workspace.catalog);
  }),
  consistency: procedures.chemistry.consistency.handler(async ({ context }) => {
    const { catalog } = context.workspace();
    const { consistencyStages } = await import('../../chemistry/consistency-report.ts');
    const stages = await consistencyStages(readChemistryParameters(catalog));
    const consortium = currentConsortium(catalog);
    const agreed = consortium !== undefined && consortium.state !== 'left' ? consortium.plan.consistency : undefined;
    return {
      molecules: referenceSet.length,
      stages: consistencyStage.options.map((stage) => ({
        stage,
        hash: stages[stage],
        expected: agreed === undefined ? null : expectedStage(agreed, stage),
      })),
      differing: agreed === undefined ? [] : [...differingStages(stages, agreed)],
    };
  }),
};
