import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { chunkBytes, listChunks, merkleRoot } from '../../src-main/federation/chunks.ts';

const hashOf = (...parts: readonly (Uint8Array | string)[]) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

describe('the chunks of a vector', () => {
  it('are 1 MiB long but for the last, under their SHA-256', () => {
    const vector = new Uint8Array(2 * chunkBytes + 5).map((_, i) => i % 251);
    const { chunks, bytes } = listChunks(vector);
    expect(bytes).toBe(vector.length);
    expect(chunks).toEqual([
      hashOf(vector.subarray(0, chunkBytes)).toString('hex'),
      hashOf(vector.subarray(chunkBytes, 2 * chunkBytes)).toString('hex'),
      hashOf(vector.subarray(2 * chunkBytes)).toString('hex'),
    ]);
  });

  it('have the Merkle root of RFC 6962 over their hashes', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((text) => hashOf(text)) as [Buffer, Buffer, Buffer];
    const leaf = (hash: Buffer) => hashOf(Uint8Array.of(0), hash);
    const inner = (left: Buffer, right: Buffer) => hashOf(Uint8Array.of(1), left, right);
    const hex = [a, b, c].map((hash) => hash.toString('hex'));
    expect(merkleRoot(hex.slice(0, 1))).toBe(leaf(a).toString('hex'));
    expect(merkleRoot(hex)).toBe(inner(inner(leaf(a), leaf(b)), leaf(c)).toString('hex'));
    expect(merkleRoot([...hex].reverse())).not.toBe(merkleRoot(hex));
  });
});
