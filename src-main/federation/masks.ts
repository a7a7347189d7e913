/** The masks of an upload: one keystream shared with each other partner, which cancel in the sum, and one of its own. */
import { hkdfSync } from 'node:crypto';
import sodium from 'libsodium-wrappers-sumo';
import { openKeystream } from './keystream.ts';
import { type Addend, addAllPacked, addPacked, type RingBits } from './ring.ts';

await sodium.ready;

/** Where masks belong: two uploads never share a keystream. */
export type MaskPlace = { readonly planHash: string; readonly round: number; readonly attempt: number };

/** A keystream to add (1) or to subtract (-1). */
export type Mask = { readonly key: Uint8Array; readonly sign: 1 | -1 };

export type KeyPair = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/** X25519 keys from 32 random bytes, which are the secret key itself. */
export const keyPair = (secretKey: Uint8Array): KeyPair => ({
  secretKey,
  publicKey: sodium.crypto_scalarmult_base(secretKey),
});

/** False for the few public keys (points of small order) that give everyone the same secret. */
export function isUsableKey(publicKey: Uint8Array): boolean {
  try {
    sodium.crypto_scalarmult(anySecret, publicKey);
    return true;
  } catch {
    return false;
  }
}

const anySecret = new Uint8Array(32).fill(1);

/**
 * The keystream that partners at positions `own` and `other` of the roster share: the lower one adds it, the higher
 * one subtracts it (Bonawitz et al. 2017, section 4).
 * @param secretKey X25519 of either of the two; `publicKey` of the other one
 * @throws when the public key is one of the few that give the same secret with everyone
 */
export function pairMask(
  { planHash, round, attempt }: MaskPlace,
  own: number,
  other: number,
  secretKey: Uint8Array,
  publicKey: Uint8Array,
): Mask {
  const [low, high] = own < other ? [own, other] : [other, own];
  const shared = sodium.crypto_scalarmult(secretKey, publicKey);
  const context = `chorale pair mask 1|${planHash}|${round}|${attempt}|${low}|${high}`;
  return { key: derive(shared, context), sign: own < other ? 1 : -1 };
}

/** @param seed 32 bytes, known to this partner alone until its shares are revealed */
export const selfMask = ({ planHash, round, attempt }: MaskPlace, own: number, seed: Uint8Array): Mask => ({
  key: derive(seed, `chorale self mask 1|${planHash}|${round}|${attempt}|${own}`),
  sign: 1,
});

export const inverse = ({ key, sign }: Mask): Mask => ({ key, sign: sign === 1 ? -1 : 1 });

export type MaskStream = {
  /** Adds the next part of every mask to these packed numbers, in place; a part ends where a number does. */
  readonly addTo: (packed: Uint8Array) => void;
};

/**
 * AES-256-CTR from a zero counter; each key serves one vector only. Read from front to back, so that a vector that does
 * not fit into memory is masked chunk by chunk.
 */
export function maskStream(masks: readonly Mask[], ringBits: RingBits): MaskStream {
  const streams = keystreams(masks);
  return { addTo: (packed) => addAllPacked(packed, streams, ringBits) };
}

/** The masks as what is added to a vector once, from front to back. */
export const keystreams = (masks: readonly Mask[]): readonly Addend[] =>
  masks.map(({ key, sign }) => ({ sign, next: openKeystream(key) }));

export type MasksAhead = MaskStream & {
  /** Makes so many bytes more (whole numbers); false when there are no more to make. */
  readonly make: (bytes: number) => boolean;
};

/**
 * The sum of all masks of a vector, made as far as time allows before it is needed: masking is then one addition, and
 * what is not made yet is made on the way. It is as secret as the change itself, and lives in memory only.
 */
export function masksAhead(masks: readonly Mask[], ringBits: RingBits, bytes: number): MasksAhead {
  const sum = new Uint8Array(bytes);
  const stream = maskStream(masks, ringBits);
  let made = 0;
  let used = 0;
  return {
    make(count) {
      const part = sum.subarray(made, made + count);
      stream.addTo(part);
      made += part.length;
      return made < bytes;
    },
    addTo(packed) {
      const ready = Math.min(packed.length, made - used);
      addPacked(packed.subarray(0, ready), sum.subarray(used, used + ready), ringBits);
      stream.addTo(packed.subarray(ready));
      used += packed.length;
      made = Math.max(made, used);
    },
  };
}

/** Adds the masks to a whole packed vector in place. */
export const addMasks = (packed: Uint8Array, masks: readonly Mask[], ringBits: RingBits): void =>
  maskStream(masks, ringBits).addTo(packed);

const derive = (secret: Uint8Array, context: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), context, 32));
