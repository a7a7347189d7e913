/** The text of a small table, in the encodings that spreadsheets write: UTF-8, UTF-16 with its mark, or Windows-1252. */

export const textOf = async (file: Blob): Promise<string> => decoded(new Uint8Array(await file.arrayBuffer()));

export function decoded(bytes: Uint8Array): string {
  const mark = (bytes[0]! << 8) | bytes[1]!;
  if (mark === 0xfffe || mark === 0xfeff) {
    return new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be').decode(bytes);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
