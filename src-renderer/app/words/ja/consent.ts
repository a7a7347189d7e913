/** Words of the station Consent, in Japanese. */
import type { consent as english } from '../en/consent.ts';
import type { Translation } from '../types.ts';

export const consent: Translation<typeof english> = {
  missing: {
    steward: 'データ管理者',
    compliance: 'コンプライアンス担当者',
    'other-person': '二人目の担当者（一人が両方に署名しています）',
  },
  faults: {
    'wrong-shape': '憲章の書式ではありません',
    'same-id-twice': '同じ ID の参加者が二つあります',
    'not-in-charter': 'この会社とその鍵が載っていません',
    'signature-does-not-hold': 'この署名は成り立ちません',
    'signature-missing': 'この参加者の署名がありません',
    unfilled: '記入されていない箇所です',
    differs: '名簿または計画の内容と異なります',
    'contact-missing': 'この参加者の連絡先がありません',
    'other-charter': '計画が指す憲章ではありません',
    'other-version': 'ここにある版の次の版ではありません',
  },
};
