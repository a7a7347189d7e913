/** What a header says about its column: words for each target in English, German, French and Japanese. */
import type { Target } from '../contract/intake.ts';
import { plainText } from './numbers.ts';

export type HeaderTopic =
  | Exclude<Target, 'unused' | 'assay-value'>
  | 'people'
  | 'dates'
  | 'comments'
  | 'projects'
  | 'derived';

/** How far a header speaks for a topic: 2 the word itself, 1 a word that may mean it, 0 nothing. */
export type HeaderVote = 0 | 1 | 2;

export type HeaderReading = ReadonlyMap<HeaderTopic, HeaderVote>;

const words: Readonly<Record<HeaderTopic, { readonly sure: readonly string[]; readonly maybe: readonly string[] }>> = {
  'compound-id': {
    sure: [
      ...['compound id', 'compound', 'compound no', 'compound number', 'compound code', 'compound chembl id'],
      ...['cmpd', 'cmpd id', 'cmpd no', 'cmpd chemblid', 'cpd', 'cpd id', 'cpd no', 'molecule id', 'mol id', 'molid'],
      ...['molregno', 'molecule chembl id', 'mol chembl id', 'chembl id', 'chemblid', 'substance id', 'substance'],
      ...['reg id', 'reg no', 'regno', 'registry number', 'registry no', 'registration id', 'registration number'],
      ...['corporate id', 'internal id', 'company id', 'sample id', 'structure id', 'brn', 'drug id', 'pubchem cid'],
      ...[
        'substanz',
        'substanznummer',
        'substanz nr',
        'substanz id',
        'verbindung',
        'verbindungsnummer',
        'prufsubstanz',
      ],
      ...[
        'compose',
        'code compose',
        'no compose',
        'no de compose',
        'numero de compose',
        'prep no',
        'no prep',
        'produit',
      ],
      ...['code produit', 'echantillon', 'identifiant'],
      ...[
        '化合物id',
        '化合物番号',
        '化合物コード',
        '化合物no',
        '化合物',
        '検体番号',
        '検体id',
        '試料番号',
        'サンプルid',
        '登録番号',
      ],
    ],
    maybe: [
      ...['id', 'identifier', 'name', 'compound name', 'common name', 'molecule name', 'substance name', 'cid', 'sid'],
      ...['vendor id', 'batch id', 'lot', 'lot no', 'ext id', 'external id', 'pubchem sid', 'nummer', 'nr'],
      ...['probe', 'name der substanz', 'nom', 'numero', 'reference', '化合物名', '名称', '番号', 'ロット番号'],
    ],
  },
  structure: {
    sure: [
      ...['smiles', 'canonical smiles', 'isomeric smiles', 'structure smiles', 'smiles structure', 'smiles string'],
      ...['mol block', 'molblock', 'ctab', 'structure', 'chemical structure', 'pubchem ext datasource smiles'],
      ...['strukturformel', 'strukturformel smiles', 'struktur', 'struktur smiles', 'formule developpee'],
      ...['構造', '構造式', '構造 smiles', '化学構造', 'スマイルス'],
    ],
    maybe: ['mol', 'molecule', 'structures'],
  },
  assay: {
    sure: [
      ...['assay', 'assay id', 'assay code', 'assay name', 'assay no', 'assay number', 'assay chembl id', 'protocol'],
      ...['protocol id', 'protocol name', 'experiment', 'experiment id', 'test', 'test id', 'test name', 'test system'],
      ...[
        'prufung',
        'prufungsnummer',
        'prufmethode',
        'versuch',
        'testsystem',
        'testname',
        'methode',
        'essai',
        'test no',
      ],
      ...[
        'no essai',
        'code essai',
        'アッセイ',
        'アッセイid',
        'アッセイ名',
        '試験',
        '試験名',
        '試験番号',
        '試験系',
        '測定系',
        '評価系',
      ],
    ],
    maybe: [
      ...[
        'method',
        'study',
        'target',
        'target id',
        'target chembl id',
        'tgt chembl id',
        'pref name',
        'endpoint',
        'panel',
      ],
      ...['readout', 'parameter', 'ziel', 'cible', 'etude', '標的', 'ターゲット', '項目', '測定項目'],
    ],
  },
  'assay-type': {
    sure: [
      'assay type',
      'result type',
      'type',
      'standard type',
      'assay class',
      'assay category',
      'アッセイ種別',
      '種別',
    ],
    maybe: ['category', 'kategorie', 'class', 'art', 'typ', 'type de test'],
  },
  relation: {
    sure: [
      ...['relation', 'operator', 'qualifier', 'modifier', 'standard relation', 'std relation', 'prefix', 'sign', 'op'],
      ...[
        'vorzeichen',
        'qualifikator',
        'zeichen',
        'signe',
        'operateur',
        'qualificatif',
        '関係',
        '不等号',
        '演算子',
        '修飾子',
      ],
    ],
    maybe: ['rel', 'mod', 'qual', 'flag', '符号', '記号'],
  },
  value: {
    sure: [
      ...['value', 'result', 'result value', 'standard value', 'std value', 'values', 'measurement', 'measured value'],
      ...['ic50', 'ic50 value', 'ec50', 'ki', 'kd', 'ac50', 'ed50', 'gi50', 'potency', 'activity', 'activity value'],
      ...['pic50', 'pec50', 'pki', 'pkd', 'pchembl', 'pchembl value', 'pchembl mean', 'exp', 'exp mean', 'adme result'],
      ...['messwert', 'wert', 'ergebnis', 'resultat', 'valeur', 'valeur mesuree', 'mesure'],
      ...['値', '測定値', '結果', '測定結果', '活性値', '試験結果', '数値'],
    ],
    maybe: [
      'mean',
      'readout',
      'response',
      'inhibition',
      'efficacy',
      'data',
      'measured',
      'aktivitat',
      'activite',
      '活性',
    ],
  },
  unit: {
    sure: [
      ...[
        'unit',
        'units',
        'uom',
        'result unit',
        'result units',
        'standard units',
        'std units',
        'std unit',
        'value unit',
      ],
      ...['standard unit', 'einheit', 'einheiten', 'masseinheit', 'unite', 'unites', '単位'],
    ],
    maybe: ['dimension', 'dim'],
  },
  'molecular-weight': {
    sure: [
      ...['molecular weight', 'mol weight', 'molweight', 'mol wt', 'molwt', 'mw', 'full mw', 'average mw', 'mw g mol'],
      ...['molar mass', 'mol mass', 'formula weight', 'molgewicht', 'molekulargewicht', 'molare masse'],
      ...['masse molaire', 'poids moleculaire', '分子量'],
    ],
    maybe: ['fw', 'weight', 'mass'],
  },
  people: {
    sure: [
      ...[
        'analyst',
        'scientist',
        'chemist',
        'user',
        'author',
        'created by',
        'performed by',
        'registered by',
        'tested by',
      ],
      ...[
        'experimenter',
        'technician',
        'investigator',
        'owner',
        'submitter',
        'bearbeiter',
        'prufer',
        'laborant',
        'autor',
      ],
      ...['responsable', 'analyste', 'auteur', 'chimiste', '担当者', '実験者', '測定者', '分析者', '登録者', '氏名'],
    ],
    maybe: ['operator', 'operateur', 'contact', 'initials', 'kurzel', 'by'],
  },
  dates: {
    sure: [
      ...[
        'date',
        'test date',
        'run date',
        'assay date',
        'created',
        'created at',
        'modified',
        'timestamp',
        'time stamp',
      ],
      ...[
        'datum',
        'prufdatum',
        'messdatum',
        'erstellt',
        'date essai',
        'date de test',
        '日付',
        '測定日',
        '試験日',
        '登録日',
        '実施日',
      ],
    ],
    maybe: ['day', 'year', 'zeit', 'jour', '日時'],
  },
  comments: {
    sure: [
      ...[
        'comment',
        'comments',
        'remark',
        'remarks',
        'note',
        'notes',
        'bemerkung',
        'bemerkungen',
        'kommentar',
        'notiz',
      ],
      ...['commentaire', 'commentaires', 'remarque', 'remarques', '備考', 'コメント', '注記', 'メモ'],
    ],
    maybe: ['description', 'beschreibung', 'text', 'details', '説明'],
  },
  projects: {
    sure: [
      'project',
      'project id',
      'project code',
      'projekt',
      'projektnummer',
      'projet',
      'code projet',
      'プロジェクト',
    ],
    maybe: ['program', 'programme', 'team', 'site'],
  },
  derived: {
    sure: [
      ...[
        'std',
        'sd',
        'stdev',
        'std dev',
        'sem',
        'cv',
        'n',
        'count',
        'class',
        'active',
        'label',
        'flag',
        'outcome',
        'split',
      ],
      ...['confidence score', 'activity outcome', 'activity score', 'formula', 'predicted', 'polar surface area'],
      ...['inchi', 'inchikey', 'inchi key', 'molecular formula', 'summenformel', 'rank', 'fold', 'year'],
      ...['number of rings', 'number of h bond donors', 'number of rotatable bonds', 'minimum degree', 'tpsa', 'clogp'],
    ],
    maybe: ['score', 'type', 'predicted', 'standard deviation', 'number', 'weight', 'index'],
  },
};

const bySpelling = new Map<string, [HeaderTopic, HeaderVote][]>();
for (const [topic, { sure, maybe }] of Object.entries(words) as [HeaderTopic, (typeof words)[HeaderTopic]][]) {
  for (const [list, vote] of [
    [sure, 2],
    [maybe, 1],
  ] as const) {
    for (const word of list) bySpelling.set(word, [...(bySpelling.get(word) ?? []), [topic, vote]]);
  }
}

/** Lower case, without accents and signs, parts of a compound name apart: "CmpdID", "CMPD_ID" and "Cmpd. ID" are one. */
export const headerKey = (header: string): string =>
  plainText(header)
    .replace(/(\p{Ll}{2}|\d)(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u0308\u030a-\u036f]/g, '')
    .normalize('NFC')
    .replace(/ß/g, 'ss')
    .replace(/[^\p{L}\p{N}%]+/gu, ' ')
    .trim();

/** Topics that the header speaks for. A word in brackets, such as a unit, and a leading house prefix do not count against it. */
export function readHeader(header: string): HeaderReading {
  const whole = headerKey(header);
  const bare = headerKey(plainText(header).replace(/[([][^()[\]]*[)\]]/g, ' '));
  const votes = new Map<HeaderTopic, HeaderVote>();
  const count = (key: string, atMost: HeaderVote) => {
    // Two letters out of a longer header say nothing: "NR-AR" is a receptor.
    if (atMost === 1 && /^[a-z]{1,2}$/.test(key) && key !== 'id') return;
    for (const [topic, vote] of bySpelling.get(key) ?? []) {
      const counted = Math.min(vote, atMost) as HeaderVote;
      if (counted > (votes.get(topic) ?? 0)) votes.set(topic, counted);
    }
  };
  count(whole, 2);
  count(bare, 2);
  if (votes.size > 0) return votes;
  const parts = bare.split(' ');
  for (let from = 0; from < parts.length; from += 1) {
    count(parts.slice(from).join(' '), 1);
    count(parts.slice(0, parts.length - from).join(' '), 1);
  }
  if (votes.size === 0) for (const part of parts) count(part, 1);
  return votes;
}

/** Whether any word of the header is known, whatever it means. */
export const isKnownHeader = (header: string): boolean => readHeader(header).size > 0;
