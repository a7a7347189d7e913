/** What is kept of an experiment: each partner's result of an arm in a file of its own, so that a kill costs one of them at most. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256, toHex } from '../../federation/canonical.ts';
import type { Predictions } from './predictions.ts';

/** Where in the experiment: a fold for the test, and a seed of everything that is drawn. */
export type Corner = { readonly fold: number; readonly seed: number };

export type PartnerResult = {
  readonly partner: string;
  /** Step or round of the model. */
  readonly step: number;
  readonly seconds: number;
  /** What was chosen on the validation fold, in words for the report. */
  readonly chosen: string;
  readonly predictions: Predictions;
};

export type Runs = {
  /** Reads the result if it is there, else makes and keeps it. */
  readonly once: (place: RunPlace, partner: string, make: () => Promise<PartnerResult>) => Promise<PartnerResult>;
  readonly read: (place: RunPlace, partner: string) => PartnerResult | undefined;
  readonly keep: (place: RunPlace, result: PartnerResult) => void;
  /** For what an arm keeps beside the results, such as a checkpoint. */
  readonly file: (place: RunPlace, name: string) => string;
};

/** `settings` are all that the result follows from: with others it is another run. */
export type RunPlace = Corner & { readonly arm: string; readonly settings: unknown };

export function openRuns(folder: string): Runs {
  const file = ({ arm, fold, seed, settings }: RunPlace, name: string) => {
    const hash = toHex(sha256(JSON.stringify(settings))).slice(0, 8);
    return join(folder, 'runs', `${arm}-fold${fold}-seed${seed}-${hash}`, name);
  };
  const read: Runs['read'] = (place, partner) => {
    const path = file(place, `${partner}.json`);
    if (!existsSync(path)) return undefined;
    const { predictions, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as StoredResult;
    const bytes = Uint8Array.from(Buffer.from(predictions, 'base64'));
    return { ...rest, predictions: new Float32Array(bytes.buffer) };
  };
  const keep: Runs['keep'] = (place, { predictions, ...rest }) => {
    const { buffer, byteOffset, byteLength } = predictions;
    const stored: StoredResult = {
      ...rest,
      settings: place.settings,
      predictions: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    };
    writeWhole(file(place, `${rest.partner}.json`), JSON.stringify(stored));
  };
  return {
    file,
    read,
    keep,
    async once(place, partner, make) {
      const known = read(place, partner);
      if (known !== undefined) return known;
      const result = await make();
      keep(place, result);
      return result;
    },
  };
}

type StoredResult = Omit<PartnerResult, 'predictions'> & {
  readonly settings: unknown;
  /** Float32, little endian, base64. */
  readonly predictions: string;
};

/** A kill leaves the old file or the new one, never half of one. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.part`, content, { mode: 0o600 });
  renameSync(`${path}.part`, path);
}
