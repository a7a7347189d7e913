/** The charter of a consortium on one machine: the template with its open places filled for people who are invented. */
import type { Person } from '../../contract/settings.ts';
import { type Charter, charterHash, readCompleteCharter, type SignedCharter } from '../../federation/charter.ts';
import { requireSoundCharter } from '../../federation/charter-terms.ts';
import type { Plan } from '../../federation/plan.ts';
import type { Roster } from '../../federation/roster.ts';
import { charterFromTemplate, type Filled } from '../../release/charter-template.ts';

export type PilotPeople = { readonly steward: Person; readonly officer: Person };

export type Chartered = {
  /** As text, for the partners to sign one after the other. */
  readonly unsigned: string;
  /** The plan, which names the charter from now on. */
  readonly plan: Plan;
};

/** @throws CHARTER_INVALID when the template has places that nobody fills here */
export function charterOfPilot(
  roster: Roster,
  plan: Plan,
  people: PilotPeople,
  now: string,
  language: Charter['language'] = 'en',
): Chartered {
  const charter = charterFromTemplate(language, roster, plan, filledFor(roster, people, language), now.slice(0, 10));
  requireSoundCharter(charter, roster, plan);
  return {
    unsigned: JSON.stringify({ charter, signatures: {} } satisfies SignedCharter),
    plan: { ...plan, charterHash: charterHash(charter) },
  };
}

/** Under all signatures. @throws CHARTER_INVALID */
export const signedByAll = (text: string): SignedCharter => readCompleteCharter(JSON.parse(text));

function filledFor({ partners }: Roster, { steward, officer }: PilotPeople, language: Charter['language']): Filled {
  const { reach, ...words } = wordsOfPilot[language];
  return Object.fromEntries([
    ...Object.entries(words),
    ...partners.flatMap(({ id }) => [
      [`steward.${id}`, steward.name],
      [`compliance.${id}`, officer.name],
      [`steward.reach.${id}`, reach],
      [`compliance.reach.${id}`, reach],
    ]),
  ]);
}

const wordsOfPilot = {
  en: {
    use: 'This is a pilot: all partners are on one machine, and the model is used to see how the consortium works.',
    operator: 'This machine itself',
    weights: 'They follow from what each partner brings, as the plan has them.',
    models: 'In a pilot: as long as its folder is kept.',
    shared: 'Nothing: a pilot costs nothing and binds nobody outside this machine.',
    law: 'A pilot is under no agreement between companies.',
    reach: 'invented for this pilot, at this machine',
  },
  ja: {
    use: 'これは試行です。すべての参加者が 1 台の端末にあり、モデルはコンソーシアムの動きを確かめるために使います。',
    operator: 'この端末自身',
    weights: '計画のとおり、各参加者が持ち寄る量に従います。',
    models: '試行では、そのフォルダーを残す限り使えます。',
    shared: 'なし。試行に費用はかからず、この端末の外のだれも拘束しません。',
    law: '試行は会社間の契約に基づくものではありません。',
    reach: 'この試行のための架空の担当者、この端末',
  },
} as const satisfies Readonly<Record<Charter['language'], Filled>>;
