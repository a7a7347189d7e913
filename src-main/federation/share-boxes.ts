/** How secret shares travel: boxed to the one partner that keeps them, and later sealed to the coordinator. */
import sodium from 'libsodium-wrappers-sumo';
import * as z from 'zod';
import { decodeCanonical, encodeCanonical, fromBase64url, sha256, toBase64url, toHex } from './canonical.ts';
import { bytesText, count, hash, partnerId } from './formats.ts';
import type { KeyPair, MaskPlace } from './masks.ts';
import type { Bodies } from './messages.ts';

await sodium.ready;

type Random = (count: number) => Uint8Array;

/** What one partner keeps for another: a share of its self mask seed and one of its mask secret, never both revealed. */
export type KeptShares = { readonly self: string; readonly mask: string };

type SharePlace = MaskPlace & { readonly from: string; readonly to: string };

const boxedShares = z.strictObject({
  planHash: hash,
  round: count,
  attempt: count,
  from: partnerId,
  to: partnerId,
  self: bytesText(32),
  mask: bytesText(32),
});

/** @param own the sender's box keys of this round; @param boxKey the receiver's */
export function boxShares(
  place: SharePlace,
  shares: { readonly self: Uint8Array; readonly mask: Uint8Array },
  own: KeyPair,
  boxKey: Uint8Array,
  random: Random,
): Bodies['SHARE']['boxes'][number] {
  const nonce = random(sodium.crypto_box_NONCEBYTES);
  const { planHash, round, attempt, from, to } = place;
  const clear = encodeCanonical({ planHash, round, attempt, from, to, self: shares.self, mask: shares.mask });
  const box = sodium.crypto_box_easy(clear, nonce, boxKey, own.secretKey);
  return {
    to,
    nonce: toBase64url(nonce),
    box: toBase64url(box),
    self: shareCommitment(toBase64url(shares.self)),
    mask: shareCommitment(toBase64url(shares.mask)),
  };
}

/**
 * @returns undefined when the box does not open, carries the names of another sender, receiver, plan or round, or other
 *   shares than its sender has committed to
 */
export function openShares(
  place: SharePlace,
  { nonce, box, self, mask }: Omit<Bodies['SHARE']['boxes'][number], 'to'>,
  own: KeyPair,
  boxKey: Uint8Array,
): KeptShares | undefined {
  const clear = opened(fromBase64url(box), fromBase64url(nonce), boxKey, own.secretKey);
  const parsed = boxedShares.safeParse(clear);
  if (!parsed.success) return undefined;
  const found = parsed.data;
  const belongs =
    found.planHash === place.planHash &&
    found.round === place.round &&
    found.attempt === place.attempt &&
    found.from === place.from &&
    found.to === place.to &&
    shareCommitment(found.self) === self &&
    shareCommitment(found.mask) === mask;
  return belongs ? { self: found.self, mask: found.mask } : undefined;
}

/** A share that is revealed: of the self mask seed of a partner in the sum, or of the mask secret of one that is not. */
export type RevealedShare = { readonly of: string; readonly secret: 'self' | 'mask'; readonly value: string };

const revealedShares = z
  .array(z.strictObject({ of: partnerId, secret: z.enum(['self', 'mask']), value: bytesText(32) }))
  .max(255);

/**
 * Seals revealed shares to the coordinator's box key, so that whoever else sees both the uploads and the messages
 * cannot open the sum's parts.
 */
export function sealRevealed(
  shares: readonly RevealedShare[],
  coordinatorBoxKey: Uint8Array,
  random: Random,
): Pick<Bodies['UNMASK'], 'key' | 'nonce' | 'box'> {
  const secretKey = random(32);
  const nonce = random(sodium.crypto_box_NONCEBYTES);
  const box = sodium.crypto_box_easy(encodeCanonical(shares), nonce, coordinatorBoxKey, secretKey);
  return {
    key: toBase64url(sodium.crypto_scalarmult_base(secretKey)),
    nonce: toBase64url(nonce),
    box: toBase64url(box),
  };
}

export function openRevealed(
  { key, nonce, box }: Pick<Bodies['UNMASK'], 'key' | 'nonce' | 'box'>,
  coordinatorBoxSecret: Uint8Array,
): readonly RevealedShare[] | undefined {
  const clear = opened(fromBase64url(box), fromBase64url(nonce), fromBase64url(key), coordinatorBoxSecret);
  const parsed = revealedShares.safeParse(clear);
  return parsed.success ? parsed.data : undefined;
}

/** Lets the coordinator tell the share that was dealt from another one. */
export const shareCommitment = (share: string): string =>
  toHex(sha256('chorale share commitment 1\n', fromBase64url(share)));

/** Lets the coordinator tell a rightly rebuilt self mask seed from a wrong one. */
export const selfCommitment = (seed: Uint8Array): string => toHex(sha256('chorale self mask commitment 1\n', seed));

function opened(box: Uint8Array, nonce: Uint8Array, publicKey: Uint8Array, secretKey: Uint8Array): unknown {
  try {
    return decodeCanonical(sodium.crypto_box_open_easy(box, nonce, publicKey, secretKey));
  } catch {
    return undefined;
  }
}
