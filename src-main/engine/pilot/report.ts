/** What a pilot found, partner by partner: counts against the truth, both models on the test fold, bytes and seconds. */
import type { Workspace } from '../../catalog/workspace.ts';
import type { Gain } from '../../contract/training.ts';
import { readEgress } from '../../release/egress.ts';
import { readBenefit } from '../../training/benefit.ts';
import { describeModels, findModel, readMeans } from '../../training/overview.ts';
import type { PreparedPartner } from './pilot-partner.ts';
import type { CheckedSum } from './sum-check.ts';

/** Means over the tasks with at least five of each class on the fold. */
export type ModelReport = {
  readonly modelId: string;
  /** Train step or round that the validation fold chose. */
  readonly step: number;
  readonly validation: Means;
  readonly test: Means;
};

type Means = { readonly tasks: number; readonly aucPr: number | null; readonly aucRoc: number | null };

export type ImportedCounts = { readonly measurements: number; readonly compounds: number; readonly assays: number };

export type PartnerReport = {
  readonly id: string;
  readonly name: string;
  readonly imported: ImportedCounts & {
    readonly rows: { readonly in: number; readonly rejected: number };
    /** Null where the data folder holds no truth about this partner. */
    readonly truth: ImportedCounts | null;
    readonly agrees: boolean | null;
  };
  readonly structures: { readonly structures: number; readonly failed: number };
  readonly tasks: { readonly trainingTasks: number; readonly labels: number };
  readonly compounds: PreparedPartner['compounds'];
  readonly alone: ModelReport;
  readonly federated: ModelReport;
  /** Federated minus alone in AUC-PR on the test fold, task by task; intervals by bootstrap over assays. */
  readonly gains: readonly Gain[];
  /** The same in R2 where values were learnt; empty where they were not. */
  readonly valueGains: readonly Gain[];
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly secondsPerRound: number;
};

export type PilotReport = {
  readonly name: string;
  readonly series: string;
  readonly planHash: string;
  readonly rounds: number;
  readonly hidden: readonly number[];
  /** Of the upload of a round, without rows that are frozen. */
  readonly vectorBytes: number;
  readonly threshold: number;
  readonly partners: readonly PartnerReport[];
  readonly sums: {
    readonly rounds: number;
    readonly numbers: number;
    readonly mismatches: number;
    readonly perRound: readonly CheckedSum[];
  };
  readonly seconds: {
    readonly prepare: number;
    readonly trainAlone: number;
    readonly rounds: number;
    readonly total: number;
  };
};

/** Federated models are chosen by the rule of one standard error, models trained alone by early stopping; both on the validation fold. */
export function reportPartner(
  workspace: Workspace,
  prepared: PreparedPartner,
  truth: ImportedCounts | null,
  aloneModelId: string,
  secondsPerRound: number,
): PartnerReport {
  const { catalog } = workspace;
  const { id, name, imports, structures, tasks, compounds } = prepared;
  const sum = (count: (report: PreparedPartner['imports'][number]['report']) => number) =>
    imports.reduce((total, { report }) => total + count(report), 0);
  const imported = {
    measurements: sum(({ measurements }) => measurements),
    compounds: sum((report) => report.compounds),
    assays: sum(({ assays }) => assays),
  };
  const global = describeModels(catalog, 'global')[0]!;
  const { bytesOut, bytesIn } = readEgress(catalog);
  return {
    id,
    name,
    imported: {
      ...imported,
      rows: { in: sum(({ rows }) => rows.in), rejected: sum(({ rows }) => rows.rejected) },
      truth,
      agrees: truth && isSame(imported, truth),
    },
    structures,
    tasks,
    compounds,
    alone: reportModel(workspace, aloneModelId),
    federated: reportModel(workspace, global.id),
    gains: readBenefit(catalog, aloneModelId, global.id, 'aucPr').gains,
    valueGains: readBenefit(catalog, aloneModelId, global.id, 'r2').gains,
    bytesUp: bytesOut,
    bytesDown: bytesIn,
    secondsPerRound,
  };
}

function reportModel({ catalog }: Workspace, modelId: string): ModelReport {
  const meansOf = (role: 'validation' | 'test'): Means => {
    const { tasks, aucPr, aucRoc } = readMeans(catalog, modelId, role);
    return { tasks, aucPr, aucRoc };
  };
  return { modelId, step: findModel(catalog, modelId).step, validation: meansOf('validation'), test: meansOf('test') };
}

const isSame = (a: ImportedCounts, b: ImportedCounts): boolean =>
  a.measurements === b.measurements && a.compounds === b.compounds && a.assays === b.assays;
