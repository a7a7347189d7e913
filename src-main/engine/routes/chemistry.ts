/** Structures and their drawings as the page asks for them. */
import {
  countDuplicateGroups,
  countRemovedFragments,
  readDuplicateGroups,
  readRemovedFragments,
} from '../../catalog/structure-groups.ts';
import { countStructureRows, readStructureRows, summariseStructures } from '../../catalog/structures.ts';
import { keyOrigin, parameterHash, readChemistryParameters } from '../../chemistry/parameters.ts';
import { roleOfFold } from '../../tasks/folds.ts';
import { procedures } from '../procedures.ts';

export const chemistryRoutes = {
  summary: procedures.chemistry.summary.handler(({ context }) => {
    const { catalog } = context.workspace();
    const parameters = readChemistryParameters(catalog);
    const hash = parameterHash(parameters);
    const { folds, failures, ...counts } = summariseStructures(catalog, hash);
    const { key: _, ...shown } = parameters;
    return {
      ...counts,
      failures: [...failures],
      folds: Array.from({ length: parameters.folds }, (_, fold) => ({
        fold,
        role: roleOfFold(fold),
        standardStructures: folds.find((found) => found.fold === fold)?.standardStructures ?? 0,
      })),
      parameters: { ...shown, hash, keyOrigin: keyOrigin(catalog) },
    };
  }),
  list: procedures.chemistry.list.handler(({ context, input: { offset, limit, ...query } }) => {
    const { catalog } = context.workspace();
    const hash = parameterHash(readChemistryParameters(catalog));
    return {
      total: countStructureRows(catalog, hash, query),
      rows: readStructureRows(catalog, hash, query, { offset, limit }).map((row) => ({
        ...row,
        steps: [...row.steps],
        role: row.fold === null ? null : roleOfFold(row.fold),
      })),
    };
  }),
  salts: procedures.chemistry.salts.handler(({ context, input }) => {
    const { catalog } = context.workspace();
    const hash = parameterHash(readChemistryParameters(catalog));
    return { total: countRemovedFragments(catalog, hash), rows: [...readRemovedFragments(catalog, hash, input)] };
  }),
  duplicates: procedures.chemistry.duplicates.handler(({ context, input: { search, ...page } }) => {
    const { catalog } = context.workspace();
    const hash = parameterHash(readChemistryParameters(catalog));
    return {
      total: countDuplicateGroups(catalog, hash, search),
      rows: [...readDuplicateGroups(catalog, hash, search, page)],
    };
  }),
  depict: procedures.chemistry.depict.handler(async ({ context, input: { kind, text, ...drawing } }) => {
    const chemistry = await context.chemistry();
    return { svg: await chemistry.depict({ kind, text }, drawing) };
  }),
  standardise: procedures.chemistry.standardise.handler(async ({ context }) => {
    const { id } = await context.jobs().start('standardise', {});
    return { jobId: id };
  }),
};
