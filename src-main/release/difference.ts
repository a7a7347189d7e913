/** Every field of a package with what becomes of it, and what changed since the last approved one. */
import type { FieldChange, PackageDifference, PackageField, PackageManifest } from '../contract/release.ts';

import { policyHash } from './policy.ts';

type Value = PackageField['value'];

/** What is new in every package by its nature; it is listed, but no change worth a reader's eye. */
const alwaysNew = [
  /^(name|frozenAt|round|attempt)$/,
  /^payload\.(merkleRoot|commitment)$/,
  /^tensors\..+\.(norm|clippedShare)$/,
];

/** The table of all fields, in the order in which a reader asks: what, to whom, under which plan, which tensors. */
export function packageFields(manifest: PackageManifest): PackageField[] {
  const { content } = manifest;
  const { encoding, payload, recipient } = content;
  const fields = (group: PackageField['group'], crossing: PackageField['crossing'], values: Record<string, Value>) =>
    Object.entries(values).map(([path, value]): PackageField => ({ path, value, group, crossing }));
  return [
    ...fields('package', 'stays', {
      name: manifest.name,
      frozenAt: manifest.frozenAt,
      'preparedBy.person': manifest.preparedBy.person,
      'preparedBy.role': manifest.preparedBy.role,
    }),
    ...fields('package', 'leaves', { series: content.series, round: content.round, attempt: content.attempt }),
    ...fields('recipient', 'known', {
      'recipient.name': recipient.name,
      'recipient.url': recipient.url,
      'recipient.fingerprint': recipient.fingerprint,
    }),
    ...fields('plan', 'known', {
      planHash: content.planHash,
      rosterHash: content.rosterHash,
      ...(manifest.policy === null ? {} : { policyHash: policyHash(manifest.policy) }),
      partners: content.partners,
      threshold: content.threshold,
      'encoding.weight': encoding.weight,
      'encoding.totalWeight': encoding.totalWeight,
      'encoding.ringBits': encoding.ringBits,
      ...(encoding.fractionBits === null ? {} : { 'encoding.fractionBits': encoding.fractionBits }),
      ...(encoding.valueBits === null ? {} : { 'encoding.valueBits': encoding.valueBits }),
      ...Object.fromEntries(Object.entries(content.plan).map(([name, value]) => [`plan.${name}`, value])),
    }),
    ...content.tensors.flatMap((tensor) => {
      const path = (name: string) => `tensors.${tensor.name}.${name}`;
      return [
        ...fields('tensor', 'known', { [path('shape')]: tensor.shape.join(' × '), [path('clip')]: tensor.clip }),
        ...fields('tensor', 'leaves', { [path('numbers')]: tensor.numbers, [path('bytes')]: tensor.bytes }),
        ...fields('tensor', 'stays', {
          [path('norm')]: tensor.norm,
          [path('clippedShare')]: tensor.clippedShare,
          [path('rowsHeldBack')]: tensor.rowsHeldBack,
        }),
      ];
    }),
    ...fields('counts', 'stays', {
      'trainedOn.tasks': manifest.trainedOn.tasks,
      'trainedOn.smallestTask': manifest.trainedOn.smallestTask,
      'trainedOn.compounds': manifest.trainedOn.compounds,
    }),
    ...fields('proof', 'leaves', {
      'payload.bytes': payload.bytes,
      'payload.bytesPerNumber': payload.bytesPerNumber,
      'payload.chunks': payload.chunks.length,
      'payload.merkleRoot': payload.merkleRoot,
      'payload.commitment': payload.commitment,
    }),
  ];
}

export function differenceSince(
  last: { readonly name: string; readonly hash: string; readonly manifest: PackageManifest },
  manifest: PackageManifest,
): PackageDifference {
  const before = comparable(last.manifest);
  const after = comparable(manifest);
  const changes: FieldChange[] = [];
  for (const [path, value] of after) {
    if (!before.has(path)) changes.push({ path, change: 'new', before: null, after: value });
    else if (before.get(path) !== value) {
      changes.push({ path, change: 'changed', before: before.get(path) ?? null, after: value });
    }
  }
  for (const [path, value] of before) {
    if (!after.has(path)) changes.push({ path, change: 'gone', before: value, after: null });
  }
  const equal = [...after.keys()].length - changes.filter(({ change }) => change !== 'gone').length;
  return { since: { name: last.name, hash: last.hash }, changes, equal };
}

/** The new fields that an approver has to have read. */
export const newFields = (difference: PackageDifference | null): readonly string[] =>
  (difference?.changes ?? []).filter(({ change }) => change === 'new').map(({ path }) => path);

const comparable = (manifest: PackageManifest): ReadonlyMap<string, Value> =>
  new Map(
    packageFields(manifest)
      .filter(({ path }) => !alwaysNew.some((pattern) => pattern.test(path)))
      .map(({ path, value }) => [path, value]),
  );

/** A plan as flat fields: names joined by dots, lists as they would be written in JSON. */
export function flatFields(value: Readonly<Record<string, unknown>>, prefix = ''): PackageManifest['content']['plan'] {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, field]): [string, string | number | boolean][] => {
      const path = `${prefix}${name}`;
      if (typeof field === 'string' || typeof field === 'number' || typeof field === 'boolean') return [[path, field]];
      if (field !== null && typeof field === 'object' && !Array.isArray(field)) {
        return Object.entries(flatFields(field as Readonly<Record<string, unknown>>, `${path}.`));
      }
      return [[path, JSON.stringify(field)]];
    }),
  );
}
