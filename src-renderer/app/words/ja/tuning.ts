/** 学習：設定の試行、最終学習、全体トランクの新しいヘッド。 */
import type { tuning as english } from '../en/tuning.ts';
import type { Translation } from '../types.ts';

export const tuning = {
  scan: {
    title: '設定を試す',
    facts: '検証分割での平均 AUC-PR',
    text: '少数の設定を順に学習し、最も良いものを示します。テスト分割は見ず、モデルは残しません。',
    grid: '試す設定の数',
    grids: { small: '少なめ', usual: '標準', wide: '多め' },
    start: '試す',
    stop: '試行を止める',
    note: '単独の学習をその回数だけ行う時間がかかります。止めても続きから始まり、一度学習した設定は繰り返しません。',
    column: {
      hidden: '隠れ層',
      dropout: 'ドロップ',
      inputDropout: '入力',
      aucPr: 'AUC-PR',
      against: '最初との差',
    },
    state: { waiting: '待機中', running: '学習中', done: '完了', stopped: '停止' },
    best: '最良',
    first: '最初の設定が最良です',
    clearly: '最初の設定より明らかに良好です',
    notClearly: '最良ですが、差は明らかではありません',
    reached: '到達値は {{figure}} です。',
    difference: '最初の設定との差は {{figure}} です。',
    optimistic: 'この分割で選んだため、値はやや良すぎます。',
    use: '次の実行に使う',
    finish: '最終学習',
    finishing: '最終学習中',
    final:
      '最終モデル（{{steps, number}} ステップ）：テスト分割で AUC-PR {{value}}。検証分割からも学習したため、検証分割の値はありません。',
  },
  newHead: {
    title: '新しいヘッド',
    facts: '全体トランクの上、検証分割で比較',
    text: 'トランクはそのままに、新しいヘッドだけを自社データで学習し、より良い場合に残します。',
    start: '新しいヘッドを学習',
    again: 'もう一度学習',
    running: '学習中',
    own: 'ラウンドのヘッド',
    new: '新しいヘッド',
    difference: '差',
    clearly: '新しいヘッドのほうが明らかに良好です',
    notClearly: '良くなりましたが、明らかとは言えません',
    notBetter: 'ラウンドのヘッドのほうが良好です',
    kept: '別のモデルとして残しました。',
    dropped: 'モデルとしては残していません。',
  },
} satisfies Translation<typeof english>;
