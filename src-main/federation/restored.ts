/**
 * After a workspace was restored from a backup: what it does not remember having said must never be said again differently
 * (Bonawitz et al. 2017 hold only then). So it forgets what was under way, and before it says anything it reads what it has said.
 */
import type { Catalog } from '../catalog/open.ts';
import { partnerStateRow, writePartnerState } from '../catalog/rounds.ts';
import { readSetting, writeSetting } from '../catalog/settings.ts';
import type { ChainEnd, PartnerState } from './partner-state.ts';
import { decodePartnerState, encodePartnerState } from './partner-state.ts';

/** Without secrets, without messages that wait to be sent: the log tells what became of them. */
export const forgetUnderWay = (state: PartnerState): PartnerState => ({
  ...state,
  standing: 'paused',
  outbox: [],
  attempt:
    state.attempt === null || state.attempt.part.phase === 'applying'
      ? state.attempt
      : { ...state.attempt, part: { phase: 'watching', reason: 'paused' } },
});

/** @param end of the own chain, as the coordinator showed it by the last message that this partner signed */
export const withOwnChain = (state: PartnerState, end: ChainEnd): PartnerState =>
  end.seq > state.chain.seq ? { ...state, chain: end } : state;

const settingName = 'federation.restored';

/** Series that this partner has to catch up with before it says anything in them. */
export const restoredSeries = (catalog: Catalog): readonly string[] =>
  readSetting<string[]>(catalog, settingName) ?? [];

export function noteRestored(catalog: Catalog, series: readonly string[], at: string): void {
  writeSetting(catalog, settingName, [...new Set([...restoredSeries(catalog), ...series])]);
  for (const each of series) {
    const stored = partnerStateRow(catalog, each);
    if (stored === undefined) continue;
    writePartnerState(catalog, each, encodePartnerState(forgetUnderWay(decodePartnerState(stored.state))), at);
  }
}

export const noteCaughtUp = (catalog: Catalog, series: string): void =>
  writeSetting(
    catalog,
    settingName,
    restoredSeries(catalog).filter((each) => each !== series),
  );
