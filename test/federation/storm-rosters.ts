/** Series in bad weather, one after the other: each goes on from the trunk of the one before, with another roster. */
import { isFinished } from '../../src-main/federation/partner.ts';
import { chanceFrom } from './chance.ts';
import { consortiumOf, runStorm, type StormPartner, type StormTrace } from './storm.ts';
import type { Weather } from './weather.ts';

/**
 * Who is gone for good is not in the next roster; at times one more leaves, and one or two come new, to whom another
 * partner hands the trunk.
 * @returns fewer than asked for where a series could not be finished, or too few partners are left to begin another
 */
export async function runChangingRosters(
  seed: number,
  weather: Weather,
  series: number,
): Promise<readonly StormTrace[]> {
  const chance = chanceFrom(`rosters ${seed}`);
  const traces = [await runStorm(seed, weather)];
  let newest = weather.partners;
  while (traces.length < series) {
    const { partners, consortium } = traces.at(-1)!;
    const { plan, planHash } = consortium;
    const staying = partners.filter((partner) => !partner.gone && isFinished(partner.state, plan));
    const [hands] = staying;
    if (hands === undefined) break;
    const places = staying.map(placeOf);
    if (places.length > 3 && chance.happens(0.5)) places.splice(chance.below(places.length), 1);
    for (let coming = chance.below(3); coming > 0; coming--) places.push(newest++);
    if (places.length < 3) break;
    const { rounds } = hands.state.base;
    const continueFrom = { series: plan.series, planHash, rounds, trunkHash: hands.state.base.hash };
    const name = `decima-${traces.length + 1}`;
    const next = { ...weather, partners: places.length };
    const changed = consortiumOf(next, { places, series: name, continueFrom });
    traces.push(await runStorm(`${seed} ${name}`, next, changed, hands.globals.get(rounds)!.values));
  }
  return traces;
}

const placeOf = ({ id }: StormPartner): number => Number(id.slice(1)) - 1;
