import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type LockedPackage = {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly gypfile?: boolean;
};

const { packages } = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

/** Where Node would find the package from there, as npm lays them out. */
function find(from: string, name: string): LockedPackage | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const found = packages[at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`];
    if (found !== undefined || at === '') return found;
  }
}

describe('the lockfile', () => {
  // npm leaves out what the registry of the day did not have for another platform, and `npm ci` then refuses the whole.
  it('has every optional package of every platform, also of those that nobody here has', () => {
    const missing = Object.entries(packages).flatMap(([at, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => find(at, name)?.version === undefined),
    );
    expect(missing).toEqual([]);
  });

  // npm forgets `gypfile: false` of the package's own package.json when it installs from a lockfile, and would call
  // for Python and a compiler although the binaries are in the package. `npm install` drops the line: put it back.
  it('keeps npm from compiling SQLite', () => {
    expect(packages['node_modules/better-sqlite3']?.gypfile).toBe(false);
  });
});
