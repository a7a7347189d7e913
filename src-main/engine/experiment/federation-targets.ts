/** Which assays of different partners measure the same target: for the bootstrap alone, training never sees it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';

const truth = z.object({
  partners: z.record(z.string(), z.object({ assays: z.record(z.string(), z.object({ target: z.string() })) })),
});

export type Targets = {
  /** By partner and assay code, as `P01 A21023`. */
  readonly targets: ReadonlyMap<string, string>;
  readonly partnersOf: ReadonlyMap<string, ReadonlySet<string>>;
};

/** @throws FILE_UNREADABLE, NOT_FOUND */
export function targetsOf(data: string): Targets {
  const file = join(data, 'truth.json');
  if (!existsSync(file)) throw new ChoraleError('NOT_FOUND', { kind: 'file', id: file });
  const parsed = truth.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'not-a-truth-file' });
  const targets = new Map<string, string>();
  const partnersOf = new Map<string, Set<string>>();
  for (const [partner, { assays }] of Object.entries(parsed.data.partners)) {
    for (const [code, { target }] of Object.entries(assays)) {
      targets.set(`${partner} ${code}`, target);
      const partners = partnersOf.get(target) ?? new Set();
      partnersOf.set(target, partners.add(partner));
    }
  }
  return { targets, partnersOf };
}
