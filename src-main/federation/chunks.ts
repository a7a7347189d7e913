/** A vector as it travels: chunks of nearly 1 MiB under their SHA-256, and one Merkle root over them all. */
import { createHash } from 'node:crypto';
import { sha256, toHex } from './canonical.ts';

/** 16 bytes less than 1 MiB: whole numbers in every ring (a multiple of 3 and 4), and whole blocks of AES. */
export const chunkBytes = (1 << 20) - 16;

export type ChunkList = {
  /** Hex SHA-256 of each chunk, in order. All but the last are `chunkBytes` long. */
  readonly chunks: readonly string[];
  readonly root: string;
  readonly bytes: number;
};

export const chunkCount = (bytes: number): number => Math.ceil(bytes / chunkBytes);

/** Bytes of chunk `index` in a vector of `bytes` bytes. */
export const chunkLength = (bytes: number, index: number): number => Math.min(chunkBytes, bytes - index * chunkBytes);

/** A view into the vector, not a copy. */
export const chunkAt = (vector: Uint8Array, index: number): Uint8Array =>
  vector.subarray(index * chunkBytes, (index + 1) * chunkBytes);

export const chunkHash = (chunk: Uint8Array): string => toHex(sha256(chunk));

export function listChunks(vector: Uint8Array): ChunkList {
  const lister = chunkLister();
  lister.add(vector);
  return lister.end();
}

export type ChunkLister = {
  /** The next bytes of the vector, as many as there are. */
  readonly add: (bytes: Uint8Array) => void;
  readonly end: () => ChunkList;
};

/** Lists the chunks of a vector that need not lie in memory. */
export function chunkLister(): ChunkLister {
  const chunks: string[] = [];
  let bytes = 0;
  let hash = createHash('sha256');
  const close = () => {
    chunks.push(hash.digest('hex'));
    hash = createHash('sha256');
  };
  return {
    add(part) {
      for (let from = 0; from < part.length; ) {
        const to = Math.min(part.length, from + chunkBytes - (bytes % chunkBytes));
        hash.update(part.subarray(from, to));
        bytes += to - from;
        from = to;
        if (bytes % chunkBytes === 0) close();
      }
    },
    end() {
      if (bytes % chunkBytes !== 0) close();
      return { chunks, root: merkleRoot(chunks), bytes };
    },
  };
}

/**
 * Merkle tree over chunk hashes after RFC 6962 section 2.1: leaves and inner nodes are hashed under different first
 * bytes, so that a node can't be passed off as a leaf.
 */
export const merkleRoot = (chunks: readonly string[]): string =>
  toHex(chunks.length === 0 ? sha256() : treeHash(chunks.map((hash) => sha256(leaf, Buffer.from(hash, 'hex')))));

const leaf = Uint8Array.of(0);
const inner = Uint8Array.of(1);

function treeHash(nodes: readonly Uint8Array[]): Uint8Array {
  if (nodes.length === 1) return nodes[0]!;
  let split = 1;
  while (split * 2 < nodes.length) split *= 2;
  return sha256(inner, treeHash(nodes.slice(0, split)), treeHash(nodes.slice(split)));
}

/** The little-endian bytes of a vector of float32, without a copy; every platform Electron runs on is little-endian. */
export const bytesOf = (numbers: Float32Array): Uint8Array =>
  new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
