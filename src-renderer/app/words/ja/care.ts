/** 設定のうち、ワークスペースの安全に関する言葉。 */
import type { care as english } from '../en/care.ts';
import type { Translation } from '../types.ts';

export const care = {
  administrators: '管理者が行います。',
  passphrase: {
    title: 'ワークスペースのパスフレーズ',
    text: 'この端末でワークスペースを開くときに使います。全体を暗号化する鍵を新しいパスフレーズで封じ直します。1 秒ほどで終わり、実行中の作業は続きます。',
    current: '現在のパスフレーズ',
    next: '新しいパスフレーズ',
    again: '新しいパスフレーズ（確認）',
    help: '{{count, number}} 文字以上。忘れると誰にも復元できません。',
    act: 'パスフレーズを変更',
    done: '変更しました。以前のものでは開けません',
    copies:
      '以前のフォルダの写しやバックアップは、以前のパスフレーズで開けます。ほかの人に知られている場合は、それらを破棄してください。',
  },
  backup: {
    title: 'バックアップ',
    text: '作業を続けたまま、ワークスペースを 1 つの暗号化ファイルに写し、全バイトを読み直して確かめます。現在のパスフレーズで開けます。',
    file: 'この端末のファイル',
    fileHelp: '既にあるファイルには上書きしません。',
    act: 'ワークスペースをバックアップ',
    running: '進み具合は下の作業バーに出ます。',
    last: '前回のバックアップ',
    where: 'ファイル',
    size: '大きさ',
    sizeValue: '{{bytes}}、{{count, number}} ファイル、読み直し済み',
    restore:
      'バックアップからの復元は、コマンドで空のフォルダに行います。復元後、ラウンドは再参加するまで待ち、継続承認は終了します。',
    restoreFile: 'ファイル',
    restoreFolder: 'フォルダ',
  },
  wayOut: {
    title: 'コーディネーターまでの経路',
    text: 'ネットワークにプロキシがある場合は、その中のトンネルを通ります。プロキシに見えるのはコーディネーターの名前だけです。',
    proxy: 'プロキシ',
    modes: { environment: 'システムの設定', address: '指定する', none: '使わない' },
    next: '次の通信',
    direct: '直接つなぎます',
    address: 'プロキシのアドレス',
    addressHelp: '例：http://proxy.example:3128。名前とパスワードは暗号化して保存します。',
    act: 'このプロキシを使う',
  },
} satisfies Translation<typeof english>;
