/** Tables as an XLSX workbook (ECMA-376), written piece by piece: what is held is one piece of rows, not the sheet. */
import { strToU8, Zip, ZipDeflate } from 'fflate';

export type WorkbookSheet = {
  /** At most 28 characters: further parts of a long sheet get a number. */
  readonly name: string;
  readonly head: readonly string[];
  readonly pieces: Iterable<readonly (readonly (string | number)[])[]>;
};

/** Rows of a sheet that Excel reads, the head among them. */
const mostRows = 1_048_576;

/** What a cell holds at most. */
const longestText = 32_767;

/** @param rowsPerSheet beyond which a sheet goes on in a further one */
export function* workbook(sheets: readonly WorkbookSheet[], rowsPerSheet = mostRows): Iterable<Uint8Array> {
  const written: Uint8Array[] = [];
  const zip = new Zip((error, bytes) => {
    if (error) throw error;
    written.push(bytes);
  });
  const names: string[] = [];
  for (const { name, head, pieces } of sheets) {
    let part: ZipDeflate | undefined;
    let rows = 0;
    let parts = 0;
    const begin = () => {
      parts++;
      names.push(parts === 1 ? name : `${name} ${parts}`);
      part = new ZipDeflate(`xl/worksheets/sheet${names.length}.xml`);
      zip.add(part);
      part.push(strToU8(`${declaration}${sheetStart}${rowText(head, 1)}`));
      rows = 1;
    };
    begin();
    for (const piece of pieces) {
      for (let from = 0; from < piece.length; ) {
        if (rows >= rowsPerSheet) {
          part!.push(strToU8(sheetEnd), true);
          begin();
        }
        const taken = piece.slice(from, from + rowsPerSheet - rows);
        const first = rows + 1;
        part!.push(strToU8(taken.map((cells, at) => rowText(cells, first + at)).join('')));
        rows += taken.length;
        from += taken.length;
      }
      yield* written.splice(0);
    }
    part!.push(strToU8(sheetEnd), true);
    yield* written.splice(0);
  }
  for (const [path, text] of Object.entries(partsAround(names))) {
    const part = new ZipDeflate(path);
    zip.add(part);
    part.push(strToU8(`${declaration}${text}`), true);
  }
  zip.end();
  yield* written.splice(0);
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relationships = 'http://schemas.openxmlformats.org/package/2006/relationships';
const contentTypes = 'http://schemas.openxmlformats.org/package/2006/content-types';
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The head stays in sight. */
const sheetStart = `<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
const sheetEnd = '</sheetData></worksheet>';

/** References may be left out, but not every reader does without them. @param row from 1 */
const rowText = (cells: readonly (string | number)[], row: number): string =>
  `<row r="${row}">${cells.map((cell, column) => cellText(cell, `${columnName(column)}${row}`)).join('')}</row>`;

/** A to Z, then AA. @param column from 0 */
const columnName = (column: number): string =>
  column < 26
    ? String.fromCharCode(65 + column)
    : `${columnName(Math.floor(column / 26) - 1)}${columnName(column % 26)}`;

/** Text stands in the cell itself, so that none is run as a formula and none is read as a number. */
function cellText(cell: string | number, reference: string): string {
  if (cell === '') return '';
  return typeof cell === 'number'
    ? `<c r="${reference}"><v>${cell}</v></c>`
    : `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escaped(cell.slice(0, longestText))}</t></is></c>`;
}

/** XML has no place for most control characters, nor for halves of surrogate pairs. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\t\n\r]|[\uFFFE\uFFFF]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

function partsAround(names: readonly string[]): Readonly<Record<string, string>> {
  const each = (text: (name: string, number: number) => string) => names.map((name, at) => text(name, at + 1)).join('');
  return {
    'xl/workbook.xml': `<workbook xmlns="${main}" xmlns:r="${office}"><sheets>${each(
      (name, number) => `<sheet name="${escaped(name)}" sheetId="${number}" r:id="rId${number}"/>`,
    )}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${relationships}">${each(
      (_, number) =>
        `<Relationship Id="rId${number}" Type="${office}/worksheet" Target="worksheets/sheet${number}.xml"/>`,
    )}</Relationships>`,
    '_rels/.rels': `<Relationships xmlns="${relationships}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    '[Content_Types].xml': `<Types xmlns="${contentTypes}"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${spreadsheet}.sheet.main+xml"/>${each(
      (_, number) =>
        `<Override PartName="/xl/worksheets/sheet${number}.xml" ContentType="${spreadsheet}.worksheet+xml"/>`,
    )}</Types>`,
  };
}
