/** When the members of a partner's training set are attacked, and what is kept of it: not in every round, for it takes as long as one. */
import {
  companyIdsOf,
  lastMembershipReport,
  removeMembershipReports,
  writeMembershipReport,
} from '../../catalog/membership.ts';
import type { Catalog } from '../../catalog/open.ts';
import {
  type LocalMembership,
  localMembership,
  type MembershipReport,
  type ReleasePolicy,
} from '../../contract/disclosure.ts';
import type { Control } from '../../contract/progress.ts';
import { membershipChecks } from '../../release/checks-membership.ts';
import type { Trainer, TrunkTensors } from '../../training/trainer.ts';

export type Exposure = {
  /** Attacks the trunk as this partner would send it, where it is time. */
  readonly measure: (place: Place, trunk: TrunkTensors, control: Control) => Promise<void>;
  /** What the package of this round rests on; null before the first measurement. */
  readonly report: (round: number) => MembershipReport | null;
  /** The next round is measured, whatever was measured before it. */
  readonly forget: () => void;
  readonly backTo: (rounds: number) => void;
};

type Place = { readonly round: number; readonly attempt: number };

/** Rounds that may rest on one measurement. A trunk learns slowly, and its limits leave room for ten rounds. */
export const roundsBetweenAttacks = 10;

/** @returns whether the round is attacked: the first, every tenth, and each while the last came near a limit */
export const isDue = (round: number, last: MembershipReport | null, policy: ReleasePolicy): boolean =>
  last === null ||
  round >= last.round + roundsBetweenAttacks ||
  membershipChecks(last, policy).some(({ outcome }) => outcome !== 'pass');

export function openExposure(
  catalog: Catalog,
  {
    series,
    parameterHash,
    policy,
    smilesOf,
  }: { series: string; parameterHash: string; policy: () => ReleasePolicy; smilesOf: (row: number) => string },
  trainer: Pick<Trainer, 'membership'>,
): Exposure {
  let forgotten = false;

  function last(round: number): LocalMembership | null {
    const text = lastMembershipReport(catalog, series, round);
    return text === undefined ? null : localMembership.parse(JSON.parse(text));
  }

  return {
    async measure({ round, attempt }, trunk, control) {
      if (!forgotten && !isDue(round, last(round), policy())) return;
      const began = performance.now();
      const { exposed, ...found } = await trainer.membership({ trunk, seed: round }, control);
      const report: LocalMembership = {
        ...found,
        round,
        attempt,
        measuredAt: new Date().toISOString(),
        seconds: (performance.now() - began) / 1000,
        exposed: exposed.map(({ row, ...told }) => {
          const smiles = smilesOf(row);
          return { ...told, smiles, companyIds: [...companyIdsOf(catalog, parameterHash, smiles)] };
        }),
      };
      writeMembershipReport(catalog, { series, round, attempt }, report.measuredAt, JSON.stringify(report));
      forgotten = false;
    },
    report(round) {
      const found = last(round);
      if (found === null) return null;
      const { members, heldOut, attacked, withHead, trunkAlone } = found;
      return { round: found.round, members, heldOut, attacked, withHead, trunkAlone };
    },
    forget() {
      forgotten = true;
    },
    backTo: (rounds) => removeMembershipReports(catalog, series, rounds),
  };
}
