/** Models that can score here and now, and the choice of the pair that a sheet is made with. */
import { listModels, type ModelKind, type ModelRow } from '../catalog/models.ts';
import type { Catalog } from '../catalog/open.ts';
import { parameterHash, readChemistryParameters } from '../chemistry/parameters.ts';
import { ChoraleError } from '../contract/errors.ts';
import type { ScoringModel } from '../contract/scoring.ts';
import { modelKind } from '../contract/training.ts';

/** The models of a sheet; both have the tasks of one task set. */
export type ModelPair = {
  readonly taskSetId: number;
  readonly global: ModelRow | null;
  readonly own: ModelRow | null;
};

/** Newest first. */
export function scoringModels(catalog: Catalog): ScoringModel[] {
  const known = listModels(catalog);
  const hash = parameterHash(readChemistryParameters(catalog));
  const newest = (kind: ModelKind) => known.find((model) => model.kind === kind)?.id;
  const current = modelKind.options.map(newest);
  return known.map(({ file: _file, parameterHash: ofModel, ...model }) => ({
    ...model,
    current: current.includes(model.id),
    usable: ofModel === hash,
  }));
}

const standsFor: Readonly<Partial<Record<ModelKind, ModelKind>>> = {
  fused: 'global',
  retrained: 'global',
  final: 'alone',
};

/**
 * The models asked for; where none is asked for, the newest usable global model, and the newest alone-trained one of
 * the same tasks. Where they are asked for, a fused model or a new head on the global trunk takes the global one's place,
 * and a final fit that of the model trained alone.
 * @param models newest first, only usable ones
 * @throws NO_MODEL, NOT_FOUND, INPUT_INVALID when the two have different tasks
 */
export function choosePair(
  models: readonly ModelRow[],
  asked: { readonly globalModelId: string | null; readonly ownModelId: string | null },
): ModelPair {
  const find = (kind: ModelKind, id: string | null, taskSetId: number | undefined): ModelRow | null => {
    if (id === null) {
      return models.find((m) => m.kind === kind && (taskSetId === undefined || m.taskSetId === taskSetId)) ?? null;
    }
    const found = models.find((model) => model.id === id && (model.kind === kind || standsFor[model.kind] === kind));
    if (found === undefined) throw new ChoraleError('NOT_FOUND', { kind: `${kind} model`, id });
    return found;
  };
  const askedOwn = asked.ownModelId === null ? undefined : (find('alone', asked.ownModelId, undefined) ?? undefined);
  const global = find('global', asked.globalModelId, askedOwn?.taskSetId);
  const own = askedOwn ?? find('alone', null, global?.taskSetId);
  const taskSetId = (global ?? own)?.taskSetId;
  if (taskSetId === undefined) throw new ChoraleError('NO_MODEL', {});
  if (global !== null && own !== null && global.taskSetId !== own.taskSetId) {
    throw new ChoraleError('INPUT_INVALID', { issues: [{ path: 'ownModelId', message: 'of another task set' }] });
  }
  return { taskSetId, global, own };
}
