/** The two lists of a package: what crosses the boundary in its round, and what stays. */
import { countWorkspace } from '../catalog/packages.ts';
import type { Workspace } from '../catalog/workspace.ts';
import type { PackageManifest } from '../contract/release.ts';
import type { Submission } from '../federation/partner.ts';
import type { Plan } from '../federation/plan.ts';
import { countingRound } from '../federation/rare-rows.ts';

type Staying = {
  readonly change: Float32Array;
  readonly heads: { readonly tasks: number; readonly numbers: number };
  readonly submission: Pick<Submission, 'masks'>;
};

/** Everything that crosses the boundary in this round, the small messages of the protocol included. */
export const listLeaving = (
  { payload, partners, threshold, encoding, tensors, round }: PackageManifest['content'],
  { rareRows, voiding }: Plan,
) =>
  [
    isCounting({ round })
      ? {
          item: 'row-counts' as const,
          facts: { rows: tensors[0]!.numbers, compounds: rareRows!.compounds, partners, bytes: payload.bytes },
        }
      : {
          item: 'trunk-change' as const,
          facts: { numbers: tensors.reduce((sum, tensor) => sum + tensor.numbers, 0), bytes: payload.bytes },
        },
    { item: 'one-time-keys', facts: { keys: 2, bytes: 64 } },
    { item: 'key-shares', facts: { partners: partners - 1, threshold } },
    { item: 'signatures', facts: { partners } },
    { item: 'counts', facts: { tensors: tensors.length, weight: encoding.weight, totalWeight: encoding.totalWeight } },
    ...(voiding === undefined || isCounting({ round })
      ? []
      : [{ item: 'verdict' as const, facts: { seconds: voiding.seconds } }]),
  ] satisfies PackageManifest['leaves'];

/** What the workspace holds and a package does not. */
export function listStaying({ catalog }: Workspace, { change, heads, submission }: Staying) {
  const { structures, compoundIds, assays, measurements, files } = countWorkspace(catalog);
  return [
    { item: 'structures', facts: { structures } },
    { item: 'names', facts: { compoundIds, assays, files } },
    { item: 'measurements', facts: { measurements } },
    { item: 'heads', facts: heads },
    { item: 'unmasked-change', facts: { numbers: change.length, seeds: submission.masks.length + 1 } },
  ] satisfies PackageManifest['stays'];
}

const isCounting = ({ round }: { readonly round: number }): boolean => round === countingRound;
