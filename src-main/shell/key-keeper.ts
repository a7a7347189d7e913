/** Wraps the workspace's key with the operating system's secret store, where that is one. */
import { safeStorage } from 'electron';
import type { KeyKeeper } from '../engine/host.ts';

/** @returns undefined where the store is missing, or would keep the key as good as in plain text */
export function openKeyKeeper(platform: NodeJS.Platform = process.platform): KeyKeeper | undefined {
  // SECURITY: without a keyring Linux's `basic_text` encrypts with a password that is the same on every machine.
  if (platform === 'linux' && !keyrings.has(safeStorage.getSelectedStorageBackend())) return undefined;
  if (!safeStorage.isEncryptionAvailable()) return undefined;
  return {
    wrap: async (key) => new Uint8Array(await safeStorage.encryptStringAsync(Buffer.from(key).toString('base64'))),
    async unwrap(wrapped) {
      const { result } = await safeStorage.decryptStringAsync(Buffer.from(wrapped));
      return new Uint8Array(Buffer.from(result, 'base64'));
    },
  };
}

const keyrings: ReadonlySet<string> = new Set(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6']);
