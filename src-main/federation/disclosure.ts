/** Limits of the disclosure checks that partners agree on in the plan; each that is not named is the application's own. */
import * as z from 'zod';

const share = z.number().min(0).max(1);
const area = z.number().min(0.5).max(1);

/** Beyond `amber` a person should look; beyond `red` the package is blocked. */
const amberAndRed = (value: z.ZodNumber) =>
  z.strictObject({ amber: value, red: value }).refine(({ amber, red }) => amber <= red);

export const disclosureLimits = z.strictObject({
  /** Compounds with a label, of the smallest task trained on. */
  smallestTask: z.number().int().nonnegative().exactOptional(),
  /** Share of the numbers that clipping may change. */
  clippedShare: share.exactOptional(),
  /** Training compounds behind the least of the rows of the first layer that are sent, where the plan freezes none. */
  fewestCompounds: z.number().int().nonnegative().exactOptional(),
  /** Area under the curve of the attack on the trunk together with the own head. */
  membershipAuc: amberAndRed(area).exactOptional(),
  /** Share of the members that this attack finds where it is wrong about at most 1 in 1,000 others. */
  membershipTpr: amberAndRed(share).exactOptional(),
  /** Area under the curve of the attack on the trunk alone, which is what leaves. */
  membershipTrunk: amberAndRed(area).exactOptional(),
});

export type DisclosureLimitsOfPlan = z.infer<typeof disclosureLimits>;
