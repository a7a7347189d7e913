/** Hands text that the page holds to the reader as a file: the browser's own download, no request to anybody. */

export function download(fileName: string, type: 'text/csv' | 'application/json' | 'text/plain', pieces: BlobPart[]) {
  const address = URL.createObjectURL(new Blob(pieces, { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The browser reads the blob after the click has returned.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A stream of text pieces as one file. */
export async function downloadStream(fileName: string, pieces: AsyncIterable<string>): Promise<void> {
  const held: string[] = [];
  for await (const piece of pieces) held.push(piece);
  download(fileName, 'text/csv', held);
}
