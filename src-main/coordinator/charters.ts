/** The charters of a series at the coordinator: partners hand in what they have signed, and fetch what the others have. */
import type { Charter, SignedCharter } from '../federation/charter.ts';
import { charterJson, charterText, readCharter, readCompleteCharter } from '../federation/charter.ts';
import {
  type Gathering,
  gatheringBytes,
  nothingGathered,
  readGathering,
  withHandedIn,
} from '../federation/charter-gathering.ts';
import type { MessageStore } from './store.ts';
import type { CoordinatorSurroundings } from './turn.ts';

export type Charters = {
  /** @throws CHARTER_INVALID */
  readonly handIn: (text: string, by: string) => Promise<void>;
  /** Under all signatures and later than this version, oldest first; and what is still being signed. */
  readonly after: (
    version: Charter['version'],
  ) => Promise<{ readonly versions: readonly string[]; readonly proposals: readonly string[] }>;
};

/**
 * @param first of the series, under all signatures, where the coordinator is started with it
 * @throws CHARTER_INVALID when it is not of this series, or the store holds another one
 */
export async function openCharters(
  store: Pick<MessageStore, 'readCharters' | 'writeCharters'>,
  around: Pick<CoordinatorSurroundings, 'roster' | 'plan'>,
  first?: SignedCharter,
): Promise<Charters> {
  const stored = await store.readCharters();
  let gathered = stored === undefined ? nothingGathered : readGathering(stored);
  let writing = Promise.resolve();

  const keep = async (signed: SignedCharter, by: string): Promise<void> => {
    const next = withHandedIn(gathered, signed, by, around);
    await store.writeCharters(gatheringBytes(next));
    gathered = next;
  };
  if (first !== undefined) await keep(readCompleteCharter(first), around.roster.partners[0]!.id);

  return {
    handIn(text, by) {
      const signed = readCharter(charterJson(text));
      const kept = writing.then(() => keep(signed, by));
      writing = kept.catch(() => {});
      return kept;
    },
    async after(version) {
      const { versions, proposals }: Gathering = gathered;
      return {
        versions: versions.filter(({ charter }) => charter.version > version).map(charterText),
        proposals: proposals.map(({ signed }) => charterText(signed)),
      };
    },
  };
}
