/** What encoding has left over, kept until it is sent: each round's residual counts once, and only if the round's sum holds what it belongs to. */
import * as z from 'zod';
import type { Vault, VaultReader, VaultWriter } from '../../catalog/vault.ts';
import { isChoraleError } from '../../contract/errors.ts';
import type { Plan } from '../../federation/plan.ts';

export type RoundPlace = { readonly round: number; readonly attempt: number };

export type Residuals = {
  /** To be added to the change that is encoded next, float32; null before the first. */
  readonly current: () => VaultReader | null;
  /** For what encoding this attempt leaves over. It becomes the current one when the attempt's sum stands. */
  readonly keep: (place: RoundPlace) => VaultWriter;
  /** The sum of this attempt has been applied. May come again after a kill. */
  readonly close: (place: RoundPlace, isInSum: boolean) => void;
  /** Goes back to what was current after so many rounds; of the last round only. */
  readonly backTo: (rounds: number) => void;
};

/**
 * An attempt that fails, or a sum without this partner, changes nothing: the residual from before is still unsent and
 * goes into the next change. A list of the attempts whose residuals counted is the only thing that is ever replaced.
 */
export function openResiduals(vault: Vault, { series, encoding }: Pick<Plan, 'series' | 'encoding'>): Residuals {
  const listFile = `series/${series}/residuals`;
  const fileOf = ({ round, attempt }: RoundPlace) => `series/${series}/residual-${round}-${attempt}`;

  const readList = (): readonly RoundPlace[] => {
    try {
      return places.parse(JSON.parse(new TextDecoder().decode(vault.read(listFile))));
    } catch (error) {
      if (isChoraleError(error) && error.code === 'NOT_FOUND') return [];
      throw error;
    }
  };
  const isKept = (place: RoundPlace): boolean => {
    try {
      vault.open(fileOf(place)).close();
      return true;
    } catch (error) {
      if (isChoraleError(error) && error.code === 'NOT_FOUND') return false;
      throw error;
    }
  };
  const writeList = (list: readonly RoundPlace[]) =>
    vault.write(listFile, new TextEncoder().encode(JSON.stringify(list)));

  return {
    current() {
      const last = readList().at(-1);
      return last === undefined ? null : vault.open(fileOf(last));
    },
    keep: (place) => vault.create(fileOf(place)),
    close(place, isInSum) {
      if (!('valueBits' in encoding)) return;
      const list = readList();
      const known = list.some((entry) => isSame(entry, place));
      // Lost where the workspace was restored from before the round: what was current then has been sent with it.
      const added = isKept(place) ? [...list.slice(-1), place] : [];
      const next = isInSum && !known ? added : list;
      if (next !== list) writeList(next);
      for (let attempt = 1; attempt <= place.attempt; attempt++) {
        const past = { ...place, attempt };
        if (!next.some((entry) => isSame(entry, past))) vault.remove(fileOf(past));
      }
      for (const entry of list) if (!next.includes(entry)) vault.remove(fileOf(entry));
    },
    backTo(rounds) {
      const list = readList();
      const next = list.filter(({ round }) => round <= rounds);
      if (next.length === list.length) return;
      writeList(next);
      for (const entry of list) if (!next.includes(entry)) vault.remove(fileOf(entry));
    },
  };
}

const places = z.array(z.object({ round: z.number().int(), attempt: z.number().int() }));

const isSame = (one: RoundPlace, other: RoundPlace): boolean =>
  one.round === other.round && one.attempt === other.attempt;
