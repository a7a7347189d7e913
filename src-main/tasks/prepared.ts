/** Assays whose values were read lately, so that a threshold that is dragged over them is answered at once. */
import type { Catalog } from '../catalog/open.ts';
import { type AssayRecord, describeMeasured, readMeasurementsOfAssay, writeCount } from '../catalog/task-sources.ts';
import { parameterHash, readChemistryParameters } from '../chemistry/parameters.ts';
import { identityOf } from './build.ts';
import { type Frame, type PreparedAssay, prepareAssay } from './define.ts';

type Known = {
  /** While nobody writes, nothing can have changed. */
  writes: string;
  /** What the values depend on: asked where somebody has written. */
  readonly basis: string;
  readonly prepared: PreparedAssay;
};

/** Values of an assay take 20 bytes each. */
const remembered = 6;

const lately = new WeakMap<Catalog, Map<number, Known>>();

/** As the measurements are now. Its thresholds are those of `assay`, not of the time when the values were read. */
export function preparedAssay(catalog: Catalog, assay: AssayRecord, frame: Frame): PreparedAssay {
  const assays = lately.get(catalog) ?? new Map<number, Known>();
  lately.set(catalog, assays);
  const known = assays.get(assay.assayId);
  const writes = writeCount(catalog);
  const parameters = parameterHash(readChemistryParameters(catalog));
  if (known !== undefined && (known.writes === writes || known.basis === basisOf(catalog, assay, parameters, frame))) {
    known.writes = writes;
    return { ...known.prepared, assay };
  }
  const measured = readMeasurementsOfAssay(catalog, assay.assayId, parameters, identityOf(frame.rules));
  const prepared = prepareAssay(assay, measured, frame);
  assays.delete(assay.assayId);
  assays.set(assay.assayId, { writes, basis: basisOf(catalog, assay, parameters, frame), prepared });
  for (const oldest of assays.keys()) if (assays.size > remembered) assays.delete(oldest);
  return prepared;
}

function basisOf(catalog: Catalog, assay: AssayRecord, parameters: string, { rules, foldsSeen }: Frame): string {
  const { type, direction, binary, useInRegression } = assay;
  const said = [type, direction, binary, useInRegression];
  const seen = [...foldsSeen(type)];
  return JSON.stringify([said, parameters, rules, seen, describeMeasured(catalog, parameters)]);
}
