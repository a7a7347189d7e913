/** Which runs and models the page speaks of: the newest of each kind, and a pair that may be compared. */
import { useQuery } from '@tanstack/react-query';
import type { BenefitMetric, Fusion, Model, ModelReport, Run } from '../../../src-main/contract/training.ts';
import { useEngine } from '../../app/engine.tsx';

type NewestPair = {
  readonly alone: Run | undefined;
  readonly federated: Run | undefined;
  readonly aloneModel: Model | undefined;
  readonly globalModel: Model | undefined;
  /** Both models, when they learnt the same tasks. */
  readonly pair: Pair | undefined;
};

export type Newest = NewestPair & {
  /** The newest fusion of the pair, and the model that it left behind where it helps. */
  readonly fusion: Fusion | undefined;
  readonly fusedModel: Model | undefined;
};

export type Pair = { readonly aloneModelId: string; readonly globalModelId: string };

/** @param series of the consortium, whose federated run is meant */
export function newestOf(runs: readonly Run[], models: readonly Model[], series: string | undefined): NewestPair {
  const federated = runs.find((run) => run.kind === 'federated' && (series === undefined || run.series === series));
  const globalModel = models.find((model) => model.kind === 'global' && (!federated || model.runId === federated.id));
  const alones = models.filter(({ kind }) => kind === 'alone');
  const sameTasks = alones.find(({ taskSetId }) => taskSetId === globalModel?.taskSetId);
  const aloneModel = sameTasks ?? alones[0];
  return {
    alone:
      runs.find(({ kind, state }) => kind === 'alone' && state === 'running') ??
      runOf(runs, aloneModel) ??
      runs.find(({ kind }) => kind === 'alone'),
    federated,
    aloneModel,
    globalModel,
    pair:
      sameTasks !== undefined && globalModel !== undefined
        ? { aloneModelId: sameTasks.id, globalModelId: globalModel.id }
        : undefined,
  };
}

const runOf = (runs: readonly Run[], model: Model | undefined): Run | undefined =>
  runs.find(({ id }) => id === model?.runId);

export function useNewest(series: string | undefined): Newest {
  const { queries } = useEngine();
  const { data: runs = [] } = useQuery(queries.training.runs.queryOptions({ input: {} }));
  const { data: models = [] } = useQuery(queries.training.models.queryOptions({ input: {} }));
  const newest = newestOf(runs, models, series);
  const { pair } = newest;
  const { data: fusion } = useQuery({
    ...queries.training.fusion.queryOptions({
      input: { ownModelId: pair?.aloneModelId ?? '', globalModelId: pair?.globalModelId ?? '' },
    }),
    enabled: pair !== undefined,
  });
  return {
    ...newest,
    fusion: pair === undefined ? undefined : (fusion ?? undefined),
    fusedModel: fusion ? models.find(({ id }) => id === fusion.modelId) : undefined,
  };
}

/** What the consortium has added by one metric; nothing is asked for while there is no pair. */
export function useBenefit(pair: Pair | undefined, metric: BenefitMetric) {
  const { queries } = useEngine();
  const input = { ...(pair ?? { aloneModelId: '', globalModelId: '' }), metric };
  return useQuery({ ...queries.training.benefit.queryOptions({ input }), enabled: pair !== undefined });
}

/** Every metric of a model; undefined without one, and until it is read. */
export function useReport(model: Model | undefined): ModelReport | undefined {
  const { queries } = useEngine();
  const { data } = useQuery({
    ...queries.training.report.queryOptions({ input: { modelId: model?.id ?? '' } }),
    enabled: model !== undefined,
  });
  return model === undefined ? undefined : data;
}
