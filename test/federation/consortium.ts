/** A small consortium for tests: keys, a signed roster and a plan, all from one seed. */
import { createHash } from 'node:crypto';
import { chemistryParameters, rulesOf } from '../../src-main/chemistry/parameters.ts';
import { toBase64url } from '../../src-main/federation/canonical.ts';
import { type SigningKeys, signingKeys } from '../../src-main/federation/identity.ts';
import { type Plan, planFor, planHash } from '../../src-main/federation/plan.ts';
import { type Roster, type SignedRoster, withSignature } from '../../src-main/federation/roster.ts';

/** Reproducible bytes: the same seed gives the same stream. */
export function randomFrom(seed: string): (count: number) => Uint8Array {
  let calls = 0;
  return (count) => {
    const blocks: Buffer[] = [];
    calls++;
    for (let block = 0; block * 32 < count; block++) {
      blocks.push(createHash('sha256').update(`${seed}|${calls}|${block}`).digest());
    }
    return new Uint8Array(Buffer.concat(blocks).subarray(0, count));
  };
}

export type Consortium = {
  readonly ids: readonly string[];
  readonly keys: Readonly<Record<string, SigningKeys>>;
  readonly coordinatorKeys: SigningKeys;
  readonly roster: Roster;
  readonly signedRoster: SignedRoster;
  readonly plan: Plan;
  readonly planHash: string;
};

export function makeConsortium(
  partners: number,
  {
    rounds = 2,
    tensors = [
      { name: 'trunk.0.weight', shape: [40, 8], offset: 0 },
      { name: 'trunk.0.bias', shape: [8], offset: 320 },
    ],
    deadlines = { gather: 600, keys: 600, shares: 600, upload: 600 },
    coordinatorSeed,
    voiding,
    rareRows,
    encoding = { ringBits: 32, fractionBits: 20, clip: { first: 0.5, factor: 50, atLeast: 1e-6 } },
    places = Array.from({ length: partners }, (_, i) => i),
    series = 'decima-1',
    continueFrom,
  }: {
    rounds?: number;
    tensors?: Plan['tensors'];
    deadlines?: Plan['deadlines'];
    coordinatorSeed?: Uint8Array;
    voiding?: Plan['voiding'];
    rareRows?: Plan['rareRows'];
    encoding?: Plan['encoding'];
    /** Which partners are in it, by the number in their id less one; each has the same key in every consortium. */
    places?: readonly number[];
    series?: string;
    continueFrom?: Plan['continueFrom'];
  } = {},
): Consortium {
  const random = randomFrom('consortium');
  const everyone = Array.from({ length: Math.max(...places) + 1 }, (_, i) => `P${String(i + 1).padStart(2, '0')}`);
  const ids = places.map((place) => everyone[place]!);
  const keys = Object.fromEntries(everyone.map((id) => [id, signingKeys(random(32))]));
  const coordinatorKeys = signingKeys(coordinatorSeed ?? random(32));
  const roster: Roster = {
    format: 'chorale roster 1',
    name: 'Decima',
    partners: ids.map((id, i) => ({
      id,
      name: `Partner ${id}`,
      key: toBase64url(keys[id]!.publicKey),
      weight: 1000 * (i + 1),
    })),
  };
  const signedRoster = ids.reduce((signed, id) => withSignature(signed, id, keys[id]!), {
    roster,
    signatures: {},
  } as SignedRoster);
  const plan = planFor(roster, {
    series,
    coordinator: toBase64url(coordinatorKeys.publicKey),
    hidden: [8],
    tensors,
    chemistry: rulesOf(chemistryParameters('')),
    chemistryHash: 'chemistry',
    consistency: {},
    recipe: {
      rounds,
      localSteps: 20,
      localRate: 5,
      schedule: 'cosine',
      batchSize: 256,
      smallBatch: { below: 2000, size: 64 },
      dropout: 0.7,
      headRate: 1e-3,
      serverRate: 7e-3,
      l2: 1e-5,
      initialTrunkSeed: 1,
    },
    encoding,
    deadlines,
    ...(voiding === undefined ? {} : { voiding }),
    ...(rareRows === undefined ? {} : { rareRows }),
    ...(continueFrom === undefined ? {} : { continueFrom }),
    buildHash: 'build',
  });
  return { ids, keys, coordinatorKeys, roster, signedRoster, plan, planHash: planHash(plan) };
}
