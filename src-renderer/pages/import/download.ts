/** Saves text on this machine, as a file that the person chooses the place of. */

/** @param pieces of the file, in order; nothing is held but the file itself */
export async function saveText(name: string, mediaType: string, pieces: AsyncIterable<string>): Promise<void> {
  const parts: string[] = [];
  for await (const piece of pieces) parts.push(piece);
  const address = URL.createObjectURL(new Blob(parts, { type: mediaType }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
