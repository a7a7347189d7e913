/** The frozen document of a package: what it holds, how it is written down, and the hash that decisions bind to. */
import { sha256 } from '../catalog/vault.ts';
import { ChoraleError } from '../contract/errors.ts';
import { type PackageManifest, packageManifest } from '../contract/release.ts';
import { encodeCanonical } from '../federation/canonical.ts';

export type FrozenManifest = { readonly manifest: PackageManifest; readonly text: string; readonly hash: string };

export function freezeManifest(manifest: PackageManifest): FrozenManifest {
  const bytes = encodeCanonical(manifest);
  return { manifest, text: new TextDecoder().decode(bytes), hash: sha256(bytes) };
}

/** Freezing the same content again, after a restart, must give this again; names, times and checks may differ. */
export const contentHash = (content: PackageManifest['content']): string => sha256(encodeCanonical(content));

/** @throws PACKAGE_CHANGED when the text is not the document with this hash */
export function readManifest(text: string, hash: string): PackageManifest {
  const found = sha256(text);
  const parsed = found === hash ? packageManifest.safeParse(JSON.parse(text)) : undefined;
  if (!parsed?.success) throw new ChoraleError('PACKAGE_CHANGED', { package: hash, expected: hash, found });
  return parsed.data;
}

const hexHash = /^[0-9a-f]{64}$/;

/** Every name and text of the document except hashes: what the search for the workspace's own texts reads. */
export function textsOfDocument(value: unknown): string[] {
  if (typeof value === 'string') return hexHash.test(value) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(textsOfDocument);
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, field]) => [name, ...textsOfDocument(field)]);
}
