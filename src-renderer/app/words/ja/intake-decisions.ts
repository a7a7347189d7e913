/** Words for what a person is asked about a file before it is checked, in Japanese. */
import type { intakeDecisions as english } from '../en/intake-decisions.ts';
import type { Translation } from '../types.ts';

export const intakeDecisions = {
  decision: {
    target: '先に「{{target}}」の列を選んでください',
    'column-unit': '先に「{{column}}」の単位を選んでください',
    'unit-spelling': '先に「{{spelling}}」の単位を選んでください',
    'decimal-mark': '先に「{{example}}」の記号の意味を選んでください',
    sheet: '先にシートを選んでください',
    member: '先にファイルを選んでください',
    'seen-before': 'このファイルはバッチ {{batch}} として取り込み済みです',
    join: '先に構造の出どころを選んでください',
    'no-compound-id': '先に化合物 ID の代わりを選んでください',
    category: '先に「{{column}}」の「{{spelling}}」の意味を選んでください',
    'relation-spelling': '先に関係記号「{{spelling}}」の意味を選んでください',
    'assay-type-spelling': '先にアッセイの種類「{{spelling}}」の意味を選んでください',
    'unit-suspect': '先に {{assay}} の単位を確かめてください',
    'assay-type': '先に {{assay}} の種類を決めてください',
    'structures-only': '「{{column}}」が値の列なら、表で対応先を選んでください',
    unlisted: '最初の {{rows, number}} 行だけを調べました。確認では全行を読みます',
  },
  keepType: '{{type}} のままにする',
  changeType: 'すべてのバッチで {{type}} に変える',
  decisionTitle: {
    target: '{{target}}はどの列ですか',
    'decimal-mark': '「{{example}}」の記号は小数点ですか',
    sheet: '測定値はどのシートですか',
    member: '測定値は圧縮内のどのファイルですか',
    'seen-before': '取り込み済み',
    join: '構造はどこから取りますか',
    'no-compound-id': '化合物 ID の代わりは何ですか',
    category: '「{{column}}」の「{{spelling}}」は何を意味しますか',
    'relation-spelling': '関係記号「{{spelling}}」は何を意味しますか',
    'assay-type-spelling': '「{{spelling}}」はどの種類のアッセイですか',
    'unit-suspect': '{{assay}} の単位は本当に {{unit}} ですか',
    'assay-type': '{{assay}} は {{known}} ですか、{{chosen}} ですか',
    'structures-only': '値のない化合物',
    unlisted: '続きの行があります',
  },
  decisionText: {
    'seen-before':
      '同じ内容が {{at}} からバッチ {{batch}} としてカタログにあります。もう一度取り込むと、測定を二重に数えることになります。',
    'decimal-mark': '「{{example}}」は 2 通りに読めます。',
    join: 'ID {{ids, number}} 件のうち {{found, number}} 件の構造が {{name}} にあります。',
    'no-compound-id': '化合物 ID と読める列がありません。ID が等しい行だけが同じ化合物になります。',
    category: '言葉の値は 2 値のアッセイになります。言葉ごとに、活性、不活性、除外のどれかです。',
    'relation-spelling': '未決の間、その行は除外します。',
    'assay-type-spelling': '未決の間、そのアッセイは OTHER とします。',
    'unit-suspect_other': '{{assay}} など {{count, number}} 件のアッセイの値は {{unit}} らしくありません。',
    'assay-type_other':
      '{{assay}} など {{count, number}} 件のアッセイは、カタログでは {{known}} です。種類は、これまでの分も含め、そのアッセイのすべてのバッチに適用されます。',
    'structures-only':
      'このファイルには構造だけがあり、値がありません。化合物はカタログに入りますが、タスクには使われません。',
    unlisted:
      '最初の {{rows, number}} 行より下のアッセイと単位の綴りは、確認で示します。黙って推定することはありません。',
  },
  compoundsAlone: '化合物だけを取り込む',
} satisfies Translation<typeof english>;
