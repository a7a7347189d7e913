/** The job `score`: structures to probabilities and values from the global and the own model, piece by piece into a sheet. */
import { listModels, type ModelRow } from '../catalog/models.ts';
import { addScoredCompounds, addSheet, type Predicted, type ScoredCompound } from '../catalog/scores.ts';
import { readTaskCompounds } from '../catalog/tasks.ts';
import type { Workspace } from '../catalog/workspace.ts';
import { parameterHash } from '../chemistry/parameters.ts';
import type { Chemistry, StandardStructure } from '../chemistry/pool.ts';
import { type Control, stopIfAsked } from '../contract/progress.ts';
import type { ScoreRequest } from '../contract/scoring.ts';
import { roleOfFold } from '../tasks/folds.ts';
import type { SpawnTraining } from '../training/spawn.ts';
import { readModelFile } from '../training/stored-model.ts';
import { type Predictor, startPredictor } from '../training/trainer.ts';
import { choosePair } from './models.ts';
import { type Nearest, nearestAmong } from './nearest.ts';
import { readRecords, type ScoreRecord } from './records.ts';

export type ScoreResult = {
  readonly sheetId: string;
  readonly compounds: number;
  readonly scored: number;
  readonly failed: number;
  readonly duplicates: number;
};

/** Compounds between two looks at the clock; their gathered weights take a few tens of megabytes. */
const pieceSize = 256;

/**
 * Compounds in the order of the input; those that have no standard structure keep their place and say why.
 * @throws NO_MODEL, NOT_FOUND, INPUT_INVALID, MODEL_UNREADABLE, and what reading the source throws
 */
export async function scoreStructures(
  workspace: Workspace,
  request: ScoreRequest,
  chemistry: Chemistry,
  spawn: SpawnTraining,
  control: Control,
): Promise<ScoreResult> {
  const { catalog } = workspace;
  const hash = parameterHash(chemistry.parameters);
  const usable = listModels(catalog).filter((model) => model.parameterHash === hash);
  const { taskSetId, global, own } = choosePair(usable, request);
  const records = await readRecords(request.source, control);
  const sheet = {
    id: request.sheetId,
    name: request.name ?? (request.source.kind === 'file' ? request.source.name : ''),
    taskSetId,
    globalModelId: global?.id ?? null,
    ownModelId: own?.id ?? null,
    compounds: records.length,
  };
  addSheet(catalog, sheet);

  const trainedOn = readTaskCompounds(catalog, taskSetId).filter(({ fold }) => roleOfFold(fold) === 'train');
  const nearest = nearestAmong(
    trainedOn.map(({ bits }) => bits),
    chemistry.parameters.foldSize,
  );
  const positions = new Map<string, number>();
  const counts = { scored: 0, failed: 0, duplicates: 0 };
  const predictor = await startPredictor(spawn);
  try {
    const open = async (model: ModelRow | null) =>
      model && {
        number: await predictor.openModel(readModelFile(workspace, model)),
        tasks: model.tasks,
        values: model.values,
      };
    const models = { global: await open(global), own: await open(own) };
    for (let start = 0; start < records.length; start += pieceSize) {
      stopIfAsked(control);
      const piece = records.slice(start, start + pieceSize);
      const structures = await chemistry.standardise(
        piece.map(({ structure }) => structure),
        { signal: control.signal, report: () => {} },
      );
      const rows = await scorePiece(piece, structures, start, { predictor, models, nearest, positions });
      addScoredCompounds(catalog, sheet.id, rows);
      for (const { failure, duplicateOf } of rows) {
        counts[failure === null ? 'scored' : 'failed']++;
        if (duplicateOf !== null) counts.duplicates++;
      }
      const done = Math.min(records.length, start + pieceSize);
      control.report({ step: 'score.compounds', done, total: records.length });
    }
  } finally {
    await predictor.close();
  }
  return { sheetId: sheet.id, compounds: records.length, ...counts };
}

type OpenModel = { readonly number: number; readonly tasks: number; readonly values: number } | null;

type Means = {
  readonly predictor: Predictor;
  readonly models: { readonly global: OpenModel; readonly own: OpenModel };
  readonly nearest: Nearest;
  /** First position of each standard structure. */
  readonly positions: Map<string, number>;
};

async function scorePiece(
  records: readonly ScoreRecord[],
  structures: readonly StandardStructure[],
  start: number,
  { predictor, models, nearest, positions }: Means,
): Promise<ScoredCompound[]> {
  const known = structures.filter((structure) => structure.ok);
  const bits = paddedBits(known.map(({ bits }) => bits));
  const predict = async (model: OpenModel): Promise<(place: number) => Predicted | null> => {
    if (model === null || known.length === 0) return () => null;
    const { probabilities, values } = await predictor.predict(model.number, bits, known.length);
    const part = (numbers: Float32Array, width: number, place: number) =>
      numbers.subarray(place * width, (place + 1) * width);
    return (place) => ({
      probabilities: part(probabilities, model.tasks, place),
      values: model.values === 0 ? null : part(values, model.values, place),
    });
  };
  const [global, own] = [await predict(models.global), await predict(models.own)];
  let scored = 0;
  return records.map(({ companyId, structure }, at): ScoredCompound => {
    const position = start + at;
    const standard = structures[at]!;
    const given = { position, companyId, structureKind: structure.kind, structure: structure.text };
    if (!standard.ok) {
      return {
        ...given,
        smiles: null,
        failure: standard.failure,
        duplicateOf: null,
        nearestSimilarity: null,
        global: null,
        own: null,
      };
    }
    const first = positions.get(standard.smiles) ?? position;
    positions.set(standard.smiles, first);
    const place = scored++;
    return {
      ...given,
      smiles: standard.smiles,
      failure: null,
      duplicateOf: first === position ? null : first,
      nearestSimilarity: nearest(standard.bits),
      global: global(place),
      own: own(place),
    };
  });
}

/** [compounds, most bits of any of them], padded with -1. */
function paddedBits(fingerprints: readonly Uint16Array[]): Int32Array {
  const width = fingerprints.reduce((most, { length }) => Math.max(most, length), 1);
  const padded = new Int32Array(fingerprints.length * width).fill(-1);
  fingerprints.forEach((bits, compound) => {
    padded.set(bits, compound * width);
  });
  return padded;
}
