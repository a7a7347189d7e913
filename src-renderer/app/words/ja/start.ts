/** Words of the doors, in Japanese. */
import type { start as english } from '../en/start.ts';
import type { Translation } from '../types.ts';

export const start = {
  waiting: 'この端末のエンジンを待っています',
  create: {
    title: 'ワークスペースを作成',
    text: 'ワークスペースはこの端末の中のひとつのフォルダーです。中身はすべてパスフレーズで暗号化します。',
    folder: 'フォルダー',
    passphrase: 'パスフレーズ',
    passphraseHelp: '{{count}} 文字以上。いくつかの単語を並べると覚えやすくなります。',
    again: 'パスフレーズ（確認）',
    different: '2 つのパスフレーズが一致しません',
    tooShort_other: 'あと {{count}} 文字必要です',
    noReset: '再設定はだれにもできません。忘れるとワークスペースは開きません。',
    remember: 'この端末の鍵保管機能に鍵を保存する',
    action: 'ワークスペースを作成',
    busy: '鍵を作成中',
  },
  unlock: {
    title: 'ワークスペースを開く',
    passphrase: 'パスフレーズ',
    remember: 'この端末の鍵保管機能に鍵を保存する',
    remembered: '保存した鍵で開く',
    action: '開く',
    busy: 'パスフレーズを確認中',
  },
  facts: {
    here: 'すべてこのフォルダーの中に残ります',
    hereText: '構造、測定値、モデルは暗号化してこの端末に保存します。',
    leaves: '承認なしには何も外に出ません',
    leavesText: '送信の前に、担当者がパッケージを 1 バイトまで確認できます。',
    back: '共有モデルが戻ってきます',
    backText: '予測はこの端末で行います。どの化合物かはだれにも見えません。',
  },
} satisfies Translation<typeof english>;
