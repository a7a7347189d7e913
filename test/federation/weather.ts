/** The weather that a simulated series of rounds goes through, from one seed. */
import { chanceFrom } from './chance.ts';

/** How bad the weather is; chances are per event of their kind, times in seconds of the virtual clock. */
export type Weather = {
  readonly partners: number;
  readonly rounds: number;
  /** A partner is killed at a step, half the time before its state is stored, half the time after. */
  readonly killAtStep: number;
  /** As above, for the coordinator. */
  readonly coordinatorKillAtStep: number;
  /** Between two gusts that kill somebody whatever it does. */
  readonly gust: number;
  readonly coordinatorGust: number;
  /** A killed partner never comes back. */
  readonly goneForGood: number;
  /** Mean time until one that was killed is started again. */
  readonly away: number;
  /** A request or an answer is lost. */
  readonly loss: number;
  /** A request arrives once more, later. */
  readonly again: number;
  /** Mean time of a message on its way. */
  readonly delay: number;
  readonly trainingFails: number;
  readonly packageRefused: number;
  /** An approval is taken back while its upload is under way. */
  readonly withdrawn: number;
  /** The plan lets a result be voided. */
  readonly voiding: boolean;
  /** A partner's validation fold speaks against a result. */
  readonly objects: number;
  /** Rows that few partners touch are counted first, and frozen. */
  readonly rare: boolean;
  /** A ring of 8 or 12 bits, packed, instead of 32. */
  readonly narrow: boolean;
  readonly pause: number;
  readonly leave: number;
  /** Seconds until the weather calms, and whoever is not gone for good comes back. */
  readonly lasts: number;
};

/** A weather for each seed: from nearly calm to where no round ends, mostly with few partners, at times with up to fifty. */
export function weatherOf(
  seed: number,
  { mostPartners = 50, rare = false }: { readonly mostPartners?: number; readonly rare?: boolean } = {},
): Weather {
  const chance = chanceFrom(`weather ${seed}`);
  const badness = chance.between(0, 1) ** 2;
  const sometimes = (most: number) => (chance.happens(0.5) ? 0 : chance.between(0, most) * badness);
  return {
    partners: 3 + Math.floor((mostPartners - 2) * chance.between(0, 1) ** (1 + mostPartners / 10)),
    rounds: 1 + chance.below(3),
    killAtStep: sometimes(0.02),
    coordinatorKillAtStep: sometimes(0.03),
    gust: chance.between(10, 300) / (0.1 + badness),
    coordinatorGust: chance.between(30, 900) / (0.1 + badness),
    goneForGood: sometimes(0.3),
    away: chance.between(2, 60),
    loss: sometimes(0.3),
    again: sometimes(0.3),
    delay: chance.between(0.02, 3),
    trainingFails: sometimes(0.1),
    packageRefused: sometimes(0.2),
    withdrawn: sometimes(0.2),
    voiding: chance.happens(0.4),
    objects: chance.happens(0.7) ? 0.05 : 0.6,
    rare,
    narrow: chance.happens(0.5),
    pause: sometimes(0.4),
    leave: sometimes(0.05),
    lasts: chance.between(100, 900),
  };
}
