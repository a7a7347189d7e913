/** エラーの言葉。 */
import type { errors as english } from '../en/errors.ts';
import type { Translation } from '../types.ts';

export const errors = {
  LOST: {
    title: 'エンジンが応答しませんでした',
    explanation: 'この端末のエンジンとの接続が切れました。この画面は何も変更していません。',
  },
  INTERNAL: {
    title: 'Chorale の内部で誤りが起きました',
    explanation: '処理を止めました。保存済みの内容はそのままです。',
  },
  INPUT_INVALID: {
    title: 'エンジンが入力を受け付けませんでした',
    explanation: '内容：{{issues}}。何も変更していません。',
  },
  PASSPHRASE_NEEDED: { title: 'パスフレーズが必要です', explanation: '{{folder}} をパスフレーズで開いてください。' },
  JOB_INTERRUPTED: {
    title: '処理が中断されました',
    explanation: '実行中に Chorale が閉じられました。もう一度始めてください。',
  },
  KEY_STORE_UNSAFE: {
    title: 'この端末では鍵を安全に保存できません',
    explanation: '鍵保管機能：{{store}}。起動のたびにパスフレーズを入力してください。',
  },
  CANCELLED: { title: '中止しました', explanation: '途中の結果は残していません。' },
  NOT_FOUND: { title: '見つかりません', explanation: '{{kind}} {{id}} はこのワークスペースにありません。' },
  SIGN_IN_NEEDED: {
    title: 'だれもサインインしていません',
    explanation: 'サインインすると続けられます。何も変更していません。',
  },
  TOO_MANY_TRIES: {
    title: 'パスフレーズの誤りが続きました',
    explanation: '次の入力は {{seconds}} 秒後にできます。',
  },
  NAME_TAKEN: {
    title: '{{name}} のアカウントはすでにあります',
    explanation: '無効にしたアカウントの名前も、もう一度は使えません。ほかの名前を入力してください。',
  },
  LAST_ADMINISTRATOR: {
    title: 'システム管理者は {{name}} だけです',
    explanation: '先に、ほかの人をシステム管理者にしてください。何も変更していません。',
  },
  NOT_ALLOWED: { title: 'この役割では実行できません', explanation: '必要な役割：{{needs}}' },
  WORKSPACE_LOCKED: { title: 'ワークスペースはロックされています', explanation: 'パスフレーズで開いてください。' },
  WORKSPACE_MISSING: { title: 'ワークスペースがありません', explanation: '{{folder}} には見つかりません。' },
  WORKSPACE_EXISTS: { title: 'ワークスペースはすでにあります', explanation: '{{folder}} のものを開いてください。' },
  WORKSPACE_IN_USE: {
    title: 'ワークスペースは使用中です',
    explanation: '別の Chorale が {{folder}} を開いています。先に閉じてください。',
  },
  WORKSPACE_TOO_NEW: {
    title: 'ワークスペースのほうが新しい版です',
    explanation: '形式 {{found}} です。この版が読めるのは {{known}} までです。新しい版を入れてください。',
  },
  WORKSPACE_DAMAGED: {
    title: 'ワークスペースのファイルが壊れています',
    explanation: '{{file}} が書き込んだ内容と違います。バックアップから戻してください。',
  },
  WRONG_PASSPHRASE: {
    title: 'このパスフレーズでは開きません',
    explanation: '何も変わっていません。大文字と小文字、キーボードの配列を確認してください。',
  },
  PASSPHRASE_TOO_SHORT: { title: 'パスフレーズが短すぎます', explanation: '{{atLeast}} 文字以上が必要です。' },
  FILE_UNREADABLE: {
    title: '{{file}} を読み取れません',
    explanation: '読み取りを止めました：{{reason}}。何も取り込んでいません。',
  },
  FORMAT_UNKNOWN: {
    title: '{{file}} の形式は扱えません',
    explanation:
      '区切りテキスト、XLSX、SDF、SMILES 一覧、Parquet（gzip・zip 可）を読み取れます。いずれかで書き出してください。何も取り込んでいません。',
  },
  MAPPING_INCOMPLETE: { title: '対応付けが終わっていません', explanation: '未決の項目：{{missing}}' },
  TOOLKIT_FAILED: { title: '化学ツールキットが止まりました', explanation: '内容：{{reason}}' },
  NOTHING_TO_LEARN: { title: '学習できるデータがありません', explanation: '{{reason}}' },
  TRAINING_FAILED: { title: '学習が止まりました', explanation: '理由：{{reason}}' },
  NO_MODEL: { title: 'モデルがまだありません', explanation: '学習するか、ラウンドに参加してください。' },
  MODEL_UNREADABLE: { title: 'モデル {{model}} を読み取れません', explanation: '理由：{{reason}}' },
  ROSTER_INVALID: { title: '名簿が正しくありません', explanation: '理由：{{reason}}。何も送信していません。' },
  PLAN_INVALID: { title: '計画が正しくありません', explanation: '理由：{{reason}}。何も送信していません。' },
  CHARTER_INVALID: {
    title: '憲章が正しくありません',
    explanation: '箇所：{{place}}。{{reason}}。署名も受け取りもしていません。',
  },
  CONSENT_NEEDED: {
    title: '憲章への同意がそろっていません',
    explanation: '不足：{{missing}}。何も凍結せず、何も送信していません。「同意」を開いて読み、署名します。',
  },
  MESSAGE_REFUSED: {
    title: '{{from}} のメッセージを受け付けませんでした',
    explanation: '種類：{{type}}、理由：{{reason}}',
  },
  ROUND_REFUSED: {
    title: '第 {{round}} ラウンドを受け付けませんでした',
    explanation: '理由：{{reason}}。何も送信していません。',
  },
  NOT_APPROVED: { title: 'パッケージは未承認です', explanation: '承認されるまで、この端末の中に残ります。' },
  PACKAGE_CHANGED: {
    title: '承認したパッケージと一致しません',
    explanation: 'ハッシュが違います。何も送信していません。承認は無効になりました。',
  },
  BUNDLE_WRONG: {
    title: '監査バンドルの {{where}} に誤りがあります',
    explanation: '規則 {{rule}}：あるべき値 {{expected}}、実際の値 {{found}}',
  },
  AUDIT_BROKEN: { title: '記録の {{seq}} 番で連鎖が切れています', explanation: '理由：{{reason}}' },
  COORDINATOR_UNREACHABLE: {
    title: '{{host}} に接続できません',
    explanation: '理由：{{reason}}。何も送信していません。',
  },
  COORDINATOR_REFUSED: { title: '{{host}} が要求を断りました', explanation: '応答 {{status}}：{{reason}}' },
  HOST_DENIED: {
    title: '{{host}} への接続をこの端末が止めました',
    explanation: '接続できるのはコンソーシアムの調整役だけです。何も外に出ていません。',
  },
  CERTIFICATE_REFUSED: {
    title: '{{host}} の証明書が取り決めと違います',
    explanation:
      '提示された鍵は {{found}}、招待状にある鍵は {{expected}} です。何も送信していません。どちらが正しいか、コーディネーターの運用者に口頭で確かめてください。',
  },
} satisfies Translation<typeof english>;
