/** What a person signs when consenting to a charter or taking a consent back, word for word, in the language it was read in. */
import type { Capacity, WithdrawalFacts } from '../contract/consent.ts';
import type { Charter } from '../federation/charter.ts';

export type Language = Charter['language'];

export type StatementFacts = {
  readonly charter: Pick<Charter, 'name' | 'version'>;
  readonly charterHash: string;
  readonly company: string;
  readonly capacities: readonly Capacity[];
  /** The version that was consented to before; null for the first. */
  readonly since: number | null;
};

export const consentStatement = (language: Language, facts: StatementFacts): string => {
  const { charter, charterHash, company, capacities, since } = facts;
  if (language === 'ja') {
    return [
      `${charter.name} の憲章 第 ${charter.version} 版（ハッシュ ${charterHash}）を読みました。`,
      since === null ? '' : `第 ${since} 版からの変更点も読みました。`,
      `${spokenFor.ja(company, capacities)}、${company} がこの憲章のもとで参加することに同意します。`,
      'すでに合計に入った変化量は取り戻せないこと、この同意はいつでも撤回でき、撤回の時点から新しいパッケージは一つも外に出ないことを理解しています。',
    ].join('');
  }
  return [
    `I have read version ${charter.version} of the charter of ${charter.name} (hash ${charterHash})`,
    since === null ? '. ' : `, and what it changes since version ${since}. `,
    `${spokenFor.en(company, capacities)} I consent to ${company} taking part under it. `,
    'I know that a change which is part of a sum cannot be taken out of it, and that this consent can be withdrawn at any time: from that moment no further package leaves.',
  ].join('');
};

export const withdrawalStatement = (language: Language, facts: StatementFacts, met: WithdrawalFacts): string => {
  const { charter, charterHash, company, capacities } = facts;
  const { packagesSent, packagesHeld, roundsLeft } = met;
  if (language === 'ja') {
    return [
      `${spokenFor.ja(company, capacities)}、${company} による ${charter.name} の憲章 第 ${charter.version} 版（ハッシュ ${charterHash}）への同意を撤回します。`,
      `今後は何も凍結せず、承認せず、送信しません。残り ${roundsLeft} ラウンドには参加せず、手元の未送信パッケージ ${packagesHeld} 件は外に出ません。`,
      `取り消せないもの：すでに送信して合計に入ったパッケージ ${packagesSent} 件と、そこから作られ、すべての参加者が持つモデル。`,
    ].join('');
  }
  return [
    `${spokenFor.en(company, capacities)} I withdraw ${company}'s consent to version ${charter.version} of the charter of ${charter.name} (hash ${charterHash}). `,
    `From now on nothing is frozen, approved or sent. Rounds in which ${company} takes no part any more: ${roundsLeft}. Packages that wait here and do not leave: ${packagesHeld}. `,
    `What cannot be undone: packages that were sent and are part of sums, ${packagesSent} so far, and the models made of those sums, which every partner holds.`,
  ].join('');
};

const spokenFor = {
  en: (company: string, capacities: readonly Capacity[]): string => {
    const [own] = capacities;
    if (capacities.length > 1) {
      return `As the only person in this workspace I speak for ${company} both as data steward and as compliance officer:`;
    }
    return own === 'steward' ? `As data steward of ${company}` : `As compliance officer of ${company}`;
  },
  ja: (company: string, capacities: readonly Capacity[]): string => {
    const [own] = capacities;
    if (capacities.length > 1) {
      return `このワークスペースの唯一の担当者として、${company} のデータ管理者とコンプライアンス担当者の両方の立場で`;
    }
    return own === 'steward' ? `${company} のデータ管理者として` : `${company} のコンプライアンス担当者として`;
  },
};
