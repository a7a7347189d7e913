/** Which part of a file is one table: a file of a zip, a sheet of a workbook, or a sheet of a workbook in a zip. */
import type { Reading } from '../contract/intake.ts';
import type { FoundReading, ReadingByHand } from './reading.ts';

/** Under this name a batch keeps what was read; null where the file is a table itself. */
export const partOf = ({ member, sheet }: Pick<Reading, 'member' | 'sheet'>): string | null =>
  [member, sheet].filter((name) => name != null).join(' › ') || null;

const partsTried = 6;

/** The other sheets of a workbook and the other files of a zip, the first few, with the reading that gives each. */
export function otherParts({
  found,
}: {
  readonly found: Pick<FoundReading, 'reading' | 'sheets' | 'members'>;
}): readonly { readonly name: string; readonly reading: ReadingByHand }[] {
  const { sheet, member = null } = found.reading;
  return [
    ...found.sheets
      .filter(({ name }) => name !== sheet)
      .map(({ name }) => ({ name, reading: { sheet: name, member } })),
    ...found.members.filter(({ name }) => name !== member).map(({ name }) => ({ name, reading: { member: name } })),
  ].slice(0, partsTried);
}
