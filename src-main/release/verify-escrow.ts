/** Escrow in an audit bundle: what left is made anew from it, and must come to the Merkle root that was approved, bit for bit. */
import type { Vault } from '../catalog/vault.ts';
import { isChoraleError } from '../contract/errors.ts';
import { escrowFile } from './bundle-form.ts';
import { same, wrong } from './bundle-wrong.ts';
import { openEscrow } from './escrow.ts';
import { rebuild } from './rebuild.ts';
import type { Checking } from './verify.ts';
import type { CheckedPackage } from './verify-packages.ts';

/** @param parts the sealed bytes of an entry @returns a vault, under the key of the escrow, that holds them as `name` */
export type CheckEscrow = (name: string, parts: Iterable<Uint8Array>) => Vault;

/** @throws BUNDLE_WRONG */
export async function checkEscrows(
  { bundle, control, open }: Checking,
  packages: readonly CheckedPackage[],
  unseal: CheckEscrow | undefined,
): Promise<number> {
  const names = bundle.entries.map(({ name }) => name).filter((name) => name.startsWith('escrow/'));
  for (const file of names) {
    const one = packages.find(({ row }) => escrowFile(row.name) === file);
    if (one === undefined) throw wrong(file, 'entry-missing', 'its package', 'none');
    if (unseal === undefined) {
      open('escrow-not-opened', file);
      continue;
    }
    const { payload } = one.document.content;
    const found = await rebuilt(file, one, unseal(one.row.name, bundle.parts(file)), control);
    same(`${file} commitment`, 'other-hash', payload.commitment, found.commitment);
    same(`${file} rebuilt upload`, 'other-hash', payload.merkleRoot, found.merkleRoot);
  }
  return unseal === undefined ? 0 : names.length;
}

async function rebuilt(file: string, { row, document }: CheckedPackage, vault: Vault, control: Checking['control']) {
  try {
    const escrow = openEscrow(vault, row.name);
    try {
      return rebuild(escrow, document.content.encoding, control);
    } finally {
      escrow.encoded.close();
    }
  } catch (error) {
    if (isChoraleError(error) && error.code === 'WORKSPACE_DAMAGED') {
      throw wrong(file, 'escrow-sealed', 'an escrow under this key', 'another key, or changed bytes');
    }
    throw error;
  }
}
