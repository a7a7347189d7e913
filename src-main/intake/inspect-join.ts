/** Structures from elsewhere, looked at with the results: what is offered, what is taken unasked, and what it comes to. */
import { basename } from 'node:path';
import type { Join, JoinInspection, Mapping } from '../contract/intake.ts';
import type { Control } from '../contract/progress.ts';
import type { InspectionMemory, InspectOptions } from './inspect.ts';
import { countJoined, offerCatalogue, proposeJoin, type Scanned, structureColumn } from './join-proposal.ts';
import { otherParts } from './part.ts';
import type { ReadingByHand } from './reading.ts';
import { openStructures } from './structure-source.ts';

/** Scans a file or sheet and proposes what its columns are. */
export type ScanAs = (path: string, name: string, reading: ReadingByHand) => Promise<Scanned>;

type Options = Pick<InspectOptions, 'companion' | 'catalog' | 'mapping'>;

/** A second file that was handed in, else another sheet or file of the same zip, else the catalogue, for results without structures. */
export async function offeredJoin(
  results: Scanned,
  { companion, catalog, mapping }: Options,
  scanAs: ScanAs,
  control: Control,
): Promise<JoinInspection | null> {
  if (companion !== undefined) {
    const { path, name = basename(path), reading = {} } = companion;
    const byHand = mapping?.join?.kind === 'file' ? { ...mapping.join.reading, ...reading } : reading;
    return proposeJoin(results, await scanAs(path, name, byHand), 'file', control);
  }
  if (structureColumn(results.scan.proposed) !== undefined) return null;
  for (const { name, reading } of otherParts(results)) {
    const part = await scanAs(results.path, name, reading);
    if (structureColumn(part.scan.proposed) === undefined) continue;
    const proposed = await proposeJoin(results, part, 'sheet', control);
    if (proposed.join !== null) return proposed;
  }
  if (catalog === undefined) return null;
  const anyKey: Pick<Mapping, 'join'> = { join: { kind: 'catalogue', on: { results: '' } } };
  const source = await openStructures(results.path, anyKey, { catalog }, control);
  return (source && (await offerCatalogue(results, source, control))) ?? null;
}

/** What is taken without being asked for: never on a low confidence. */
export const takenJoin = (offered: JoinInspection | null): Join | null =>
  offered === null || offered.confidence === 'low' ? null : offered.join;

/** @param given the mapping that was handed in, whose join may differ from what is offered */
export async function describedJoin(
  { path, name }: Scanned,
  mapping: Mapping,
  offered: JoinInspection | null,
  given: Mapping | undefined,
  { companion, catalog }: Options,
  control: Control,
): Promise<JoinInspection | null> {
  if (mapping.join === null) return offered;
  const source = await openStructures(path, mapping, { companion: companion?.path, catalog }, control);
  const counts = source === undefined ? null : await countJoined(path, mapping, source, control);
  const asOffered = given === undefined || JSON.stringify(given.join) === JSON.stringify(offered?.join);
  if (offered !== null && asOffered) return { ...offered, join: mapping.join, counts };
  const base = offered ?? { choices: [mapping.join], read: null, columns: [], proposals: [], rawRows: [] };
  return { ...base, join: mapping.join, confidence: 'high', reason: { key: 'by-hand', data: { name } }, counts };
}

type Remembered = Map<string, Promise<JoinInspection | null>>;
const memories = new WeakMap<InspectionMemory, Remembered>();
const answersKept = 8;

/** The next question about the same files is answered without reading them again. */
export function joinMemory(
  memory: InspectionMemory | undefined,
): (key: readonly unknown[], make: () => Promise<JoinInspection | null>) => Promise<JoinInspection | null> {
  if (memory === undefined) return (_key, make) => make();
  const kept: Remembered = memories.get(memory) ?? new Map();
  memories.set(memory, kept);
  return (parts, make) => {
    const key = JSON.stringify(parts);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const fresh = make();
    kept.set(key, fresh);
    fresh.catch(() => kept.delete(key));
    for (const oldest of [...kept.keys()].slice(0, -answersKept)) kept.delete(oldest);
    return fresh;
  };
}
