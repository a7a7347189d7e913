/** Set fingerprint bits as the catalog holds them. */

/** Uint16 little endian, as the columns `bits` hold them. */
export function bitsToBlob(bits: Uint16Array): Buffer {
  const blob = Buffer.allocUnsafe(2 * bits.length);
  bits.forEach((bit, at) => {
    blob.writeUInt16LE(bit, 2 * at);
  });
  return blob;
}

export const bitsFromBlob = (blob: Uint8Array): Uint16Array => {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  return Uint16Array.from({ length: blob.byteLength / 2 }, (_, at) => view.getUint16(2 * at, true));
};
