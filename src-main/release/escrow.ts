/** The local escrow of a package: the vector before its mask and every seed, from which an auditor rebuilds what left. */
import * as z from 'zod';
import { ChoraleError } from '../contract/errors.ts';
import type { NamedMask } from '../federation/partner.ts';

export type Escrow = {
  /** 32 bytes: of the stochastic rounding, and of the nonce in the commitment. */
  readonly seed: Uint8Array;
  readonly masks: readonly NamedMask[];
  /** Packed in the ring of the plan. */
  readonly encoded: Uint8Array;
};

const magic = 'chorale escrow 1\n';
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const head = z.object({
  seed: hex,
  masks: z.array(
    z.object({ key: hex, sign: z.union([z.literal(1), z.literal(-1)]), sharedWith: z.string().nullable() }),
  ),
});

/** Magic line, length of the head (Uint32 little endian), the head as JSON padded to 4 bytes, the encoded numbers. */
export function writeEscrow({ seed, masks, encoded }: Escrow): Uint8Array {
  const text = JSON.stringify({
    seed: toHex(seed),
    masks: masks.map(({ key, sign, sharedWith }) => ({ key: toHex(key), sign, sharedWith })),
  } satisfies z.infer<typeof head>);
  const headBytes = Buffer.from(text);
  const start = numbersAt(headBytes.length);
  const bytes = Buffer.alloc(start + encoded.byteLength, ' ');
  bytes.write(magic);
  bytes.writeUInt32LE(headBytes.length, magic.length);
  headBytes.copy(bytes, magic.length + 4);
  bytes.set(encoded, start);
  return bytes;
}

/** @throws WORKSPACE_DAMAGED */
export function readEscrow(file: string, bytes: Uint8Array): Escrow {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (buffer.toString('latin1', 0, magic.length) !== magic) throw new TypeError('not an escrow');
    const length = buffer.readUInt32LE(magic.length);
    const { seed, masks } = head.parse(
      JSON.parse(buffer.toString('utf8', magic.length + 4, magic.length + 4 + length)),
    );
    return {
      seed: fromHex(seed),
      masks: masks.map(({ key, sign, sharedWith }) => ({ key: fromHex(key), sign, sharedWith })),
      encoded: new Uint8Array(buffer.subarray(numbersAt(length))), // aligned, and without the bytes before it
    };
  } catch (error) {
    throw new ChoraleError('WORKSPACE_DAMAGED', { file }, { cause: error });
  }
}

const numbersAt = (headLength: number): number => Math.ceil((magic.length + 4 + headLength) / 4) * 4;
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
