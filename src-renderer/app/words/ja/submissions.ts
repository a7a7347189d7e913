/** 提出：判断、送信、受領の記録。 */
import type { submissions as english } from '../en/submissions.ts';
import type { Translation } from '../types.ts';

export const submissions = {
  facts_other: '送信 {{count, number}} 件、{{bytes}}、宛先 {{hosts}}',
  noneSent: 'まだ何も送信していません',
  list: 'パッケージ（新しい順）',
  filter: { label: '状態別のパッケージ', all: 'すべて', sent: '送信済み', approved: '承認済み', kept: '残ったもの' },
  column: {
    name: 'パッケージ',
    round: 'ラウンド',
    to: '宛先',
    bytes: 'バイト',
    decided: '判断した人',
    sent: '送信',
    receipt: '受領書',
    state: '状態',
  },
  receipt: { here: '保管済み', missing: '未着', none: '–' },
  notSent: '0',
  none: 'この条件に合うパッケージはありません',
  empty: {
    title: 'この端末から出たものはありません',
    text: '判断済みのパッケージを一覧します。何を、だれに、何バイト送ったか、受領書はあるか。判断待ちのものは「審査」にあります。',
    action: '審査を開く',
  },
  detail: {
    label: '{{name}} の詳細',
    hash: 'ハッシュ',
    to: '宛先',
    round: 'ラウンド',
    bytes: 'バイト',
    frozen: '凍結',
    decided: '判断',
    sent: '送信',
    by: '{{when}}、{{person}}',
    open: '審査で開く',
    standing: '継続承認による',
  },
  proof: {
    title: '証明',
    text: '暗号化した控えから数値を復元し、凍結したものと比べます。この端末の中だけで行います。',
    run: '復元して照合',
    running: '復元中',
    commitment: 'コミットメント',
    merkleRoot: 'マスク済みバイトのハッシュ',
    agrees: '一致',
    differs: '不一致',
    removed: '送信データと控えは、保存規則により削除しました（{{when}}）。',
  },
  receiptText: {
    title: '受領書',
    countersigned: 'コーディネーターの署名のまま',
    waits: 'コーディネーターの連署はまだ届いていません。',
    copy: '受領書をコピー',
  },
} satisfies Translation<typeof english>;
