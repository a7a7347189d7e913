/** 監査の絞り込みと、署名付きの書き出しに使う言葉。 */
export const bundle = {
  title: '監査バンドル',
  what: '記録、判断、メッセージ、受領書、鍵を署名付きの 1 ファイルにまとめ、PDF の報告書を付けます。構造と測定値は含みません。',
  none: 'バンドルはまだ作成していません。',
  period: '期間',
  periods: { all: '記録の全体', year: '今年', month: '過去 30 日', week: '過去 7 日', today: '今日' },
  run: 'バンドルを書き出す',
  needsIdentity:
    'バンドルには自社の鍵で署名しますが、このワークスペースにはまだ鍵がありません。先に「設定」で参加者の身元を作成してください。',
  toSettings: '設定を開く',
  escrow: '控え',
  escrows: {
    none: '控えを含めない',
    kept_other: 'パッケージ {{count, number}} 件の控えを封印して含める',
  },
  running: '書き出し中',
  cancel: '中止',
  download: '{{bytes}} をダウンロード',
  escrowKey: '控えの鍵',
  escrowKeyNote: 'バンドルとは別の経路で監査人に渡してください。',
  last: { made: '前回の作成', by: '作成者', holds: '内容', head: '範囲の末尾', hash: 'SHA-256' },
  holds: '記録 {{entries, number}} 件、送信済み {{sent, number}} 件、受領書 {{receipts, number}} 件',
  check: 'このワークスペースがない端末でも検証できます：chorale verify FILE',
  cancelled: '中止しました。何も書き出していません。',
  filter: { person: '人', everybody: '全員', engine: 'エンジン', act: '操作', everyAct: 'すべての操作', since: '期間' },
  told: '他社が {{seq, number}} 番まで保持',
  toldSince:
    'ほかの参加者が {{seq, number}} 番までの記録を保持しています（{{when}}）。それより前を気づかれずに変えることはできません。',
  toldNone: 'この記録を知らせたメッセージはまだありません',
} as const;
