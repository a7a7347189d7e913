/** The rules that tasks are made by: MELLODDY-TUNER's by default, a consortium's where it sets its own. */
import type { Catalog } from '../catalog/open.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import { type TaskRules, taskRules } from '../contract/tasks.ts';

export type { TaskRules } from '../contract/tasks.ts';

const potency = [3, 10];
const anyNumber = [-1e12, 1e12];

export const defaultTaskRules: TaskRules = taskRules.parse({
  fixedThresholds: [8, 7, 6, 5, 4.7, 4.4],
  fixedThresholdActiveShare: 0.2,
  fixedThresholdQuorum: { actives: 25, inactives: 25 },
  sandwich: 0.5,
  credible: {
    ADME: anyNumber,
    'CATALOG-PANEL': potency,
    'NON-CATALOG-PANEL': potency,
    OTHER: potency,
    AUX_HTS: [-10, 10],
    AUX_PL: [-1, 1],
  },
  trainingQuorum: { actives: 25, inactives: 25 },
  evaluationQuorum: { actives: 10, inactives: 10 },
});

const settingName = 'tasks.rules';

/** Rules that an earlier version kept get the defaults of what they lack. */
export function readTaskRules(catalog: Catalog): TaskRules {
  const kept = readSetting(catalog, settingName);
  return kept === undefined ? defaultTaskRules : taskRules.parse(kept);
}

export const writeTaskRules = (catalog: Catalog, rules: TaskRules): void => writeSetting(catalog, settingName, rules);
