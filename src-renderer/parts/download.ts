/** Hands what the page holds to the reader as a file: the browser's own download, no request to anybody. */

/** @param type of media; text is UTF-8 */
export function download(fileName: string, type: string, pieces: BlobPart[]) {
  const address = URL.createObjectURL(
    new Blob(pieces, { type: type.startsWith('text/') ? `${type};charset=utf-8` : type }),
  );
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A stream of pieces as one file. */
export async function downloadStream(
  fileName: string,
  pieces: AsyncIterable<BlobPart>,
  type = 'text/csv',
): Promise<void> {
  const held: BlobPart[] = [];
  for await (const piece of pieces) held.push(piece);
  download(fileName, type, held);
}

/** Pieces that travelled as base64, such as those of a workbook or a model. */
export async function* bytesOf(pieces: AsyncIterable<string>): AsyncIterable<BlobPart> {
  for await (const piece of pieces) yield Uint8Array.from(atob(piece), (letter) => letter.charCodeAt(0));
}
