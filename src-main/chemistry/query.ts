/** Queries: what asks a question instead of telling a structure, by what the toolkit found in it. */
import type { MoleculeGraph } from './graph.ts';

type Query = { readonly descr?: string; readonly type?: string };
type QueryJson = {
  readonly molecules: readonly [
    { readonly extensions?: readonly { readonly name: string; readonly atomQueries?: readonly Query[] }[] },
  ];
};

/**
 * @param json RDKit's JSON of the molecule
 * @param graph read from it
 * @returns what is left open, in English; undefined for a structure. A dummy atom, as `*` in SMILES and `R` in a mol
 *   block, leaves nothing open: it is the end of the drawing.
 */
export function questionIn(json: string, graph: MoleculeGraph): string | undefined {
  if (graph.bondOrders.includes(noOrder)) return 'query bond';
  if (!json.includes(extensionName)) return undefined;
  const { extensions = [] } = (JSON.parse(json) as QueryJson).molecules[0];
  const { atomQueries = [] } = extensions.find(({ name }) => name === extensionName) ?? {};
  const asking = atomQueries.filter(({ descr, type }) => descr !== undefined && !(descr === anyAtom && !type));
  if (asking.length > 0) return `query atom ${asking[0]!.type ?? ''}`.trimEnd();
  return atomQueries.length === 0 ? 'query bond' : undefined;
}

/** How RDKit writes a bond of any, no or an undecided order. */
const noOrder = 0;

const extensionName = 'rdkitQueries';

const anyAtom = 'AtomNull';
