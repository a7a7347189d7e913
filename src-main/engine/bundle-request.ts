/** What a job that exports an audit bundle is started with; apart from the job, so that the engine can check it unloaded. */
import type * as z from 'zod';
import { bundleRequest } from '../contract/bundle.ts';
import { person } from '../contract/settings.ts';
import { publicKey } from '../federation/formats.ts';

export const exportBundleRequest = bundleRequest.extend({
  madeBy: person,
  /** Ed25519, of this person; null where they have none. */
  key: publicKey.nullable(),
});

export type ExportBundleRequest = z.infer<typeof exportBundleRequest>;
