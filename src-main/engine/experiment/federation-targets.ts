/** Which assays of different partners measure the same target: for the bootstrap alone, training never sees it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ChoraleError } from '../../contract/errors.ts';

const truth = z.object({
  partners: z.record(z.string(), z.object({ assays: z.record(z.string(), z.object({ target: z.string() })) })),
});

/** @returns by partner and assay code, as `P01 A21023` @throws FILE_UNREADABLE, NOT_FOUND */
export function targetsOf(data: string): ReadonlyMap<string, string> {
  const file = join(data, 'truth.json');
  if (!existsSync(file)) throw new ChoraleError('NOT_FOUND', { kind: 'file', id: file });
  const parsed = truth.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new ChoraleError('FILE_UNREADABLE', { file, reason: 'not-a-truth-file' });
  return new Map(
    Object.entries(parsed.data.partners).flatMap(([partner, { assays }]) =>
      Object.entries(assays).map(([code, { target }]) => [`${partner} ${code}`, target] as const),
    ),
  );
}
