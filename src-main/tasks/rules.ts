/** The rules that tasks are made by: MELLODDY-TUNER's by default, a consortium's where it sets its own. */
import type { Catalog } from '../catalog/open.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import type { TaskRules } from '../contract/tasks.ts';

export type { TaskRules } from '../contract/tasks.ts';

const potency = [3, 10] as const;
const anyNumber = [-1e12, 1e12] as const;

export const defaultTaskRules: TaskRules = {
  fixedThresholds: [8, 7, 6, 5, 4.7, 4.4],
  fixedThresholdActiveShare: 0.2,
  fixedThresholdQuorum: { actives: 25, inactives: 25 },
  sandwich: 0.5,
  credible: {
    ADME: [...anyNumber],
    'CATALOG-PANEL': [...potency],
    'NON-CATALOG-PANEL': [...potency],
    OTHER: [...potency],
    AUX_HTS: [-10, 10],
    AUX_PL: [-1, 1],
  },
  trainingQuorum: { actives: 25, inactives: 25 },
  evaluationQuorum: { actives: 10, inactives: 10 },
};

const settingName = 'tasks.rules';

export const readTaskRules = (catalog: Catalog): TaskRules => readSetting(catalog, settingName) ?? defaultTaskRules;

export const writeTaskRules = (catalog: Catalog, rules: TaskRules): void => writeSetting(catalog, settingName, rules);
