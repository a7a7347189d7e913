/** The local escrow of a package: the vector before its mask and every seed, from which an auditor rebuilds what left. */
import * as z from 'zod';
import type { Vault, VaultReader } from '../catalog/vault.ts';
import { ChoraleError, isChoraleError } from '../contract/errors.ts';
import type { NamedMask } from '../federation/partner.ts';

export type Secrets = {
  /** 32 bytes: of the stochastic rounding, and of the nonce in the commitment. */
  readonly seed: Uint8Array;
  readonly masks: readonly NamedMask[];
};

export type Escrow = Secrets & {
  /** The numbers before the mask, packed in the ring of the plan, read as far as they are asked for. */
  readonly encoded: VaultReader;
};

const magic = 'chorale escrow 1\n';
const hex = z.string().regex(/^[0-9a-f]{64}$/);
const head = z.object({
  seed: hex,
  masks: z.array(
    z.object({ key: hex, sign: z.union([z.literal(1), z.literal(-1)]), sharedWith: z.string().nullable() }),
  ),
});

/** Begins the file: magic line, length of the head (Uint32 little endian), the head as JSON padded to 4 bytes; the encoded numbers follow. */
export function escrowHead({ seed, masks }: Secrets): Uint8Array {
  const text = JSON.stringify({
    seed: toHex(seed),
    masks: masks.map(({ key, sign, sharedWith }) => ({ key: toHex(key), sign, sharedWith })),
  } satisfies z.infer<typeof head>);
  const headBytes = Buffer.from(text);
  const bytes = Buffer.alloc(numbersAt(headBytes.length), ' ');
  bytes.write(magic);
  bytes.writeUInt32LE(headBytes.length, magic.length);
  headBytes.copy(bytes, magic.length + 4);
  return bytes;
}

/** To be closed by its `encoded`. @throws NOT_FOUND, WORKSPACE_DAMAGED */
export function openEscrow(vault: Vault, name: string): Escrow {
  const file = vault.open(name);
  try {
    const start = Buffer.from(file.read(0, magic.length + 4));
    if (start.toString('latin1', 0, magic.length) !== magic) throw new TypeError('not an escrow');
    const length = start.readUInt32LE(magic.length);
    const text = Buffer.from(file.read(start.length, start.length + length)).toString('utf8');
    const { seed, masks } = head.parse(JSON.parse(text));
    const numbers = numbersAt(length);
    return {
      seed: fromHex(seed),
      masks: masks.map(({ key, sign, sharedWith }) => ({ key: fromHex(key), sign, sharedWith })),
      encoded: {
        bytes: file.bytes - numbers,
        read: (from, to) => file.read(numbers + from, numbers + to),
        close: file.close,
      },
    };
  } catch (error) {
    file.close();
    throw isChoraleError(error) ? error : new ChoraleError('WORKSPACE_DAMAGED', { file: name }, { cause: error });
  }
}

const numbersAt = (headLength: number): number => Math.ceil((magic.length + 4 + headLength) / 4) * 4;
const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
