/** What `chorale import` says in words: what was expected, why a column was taken, what has to be decided. */
import type { CheckReport, Decision, Expectation, FindingGroup, ImportOutcome } from '../../contract/intake.ts';

type Words<Key extends string> = {
  readonly [Each in Key]: (data: Readonly<Record<string, string | number>>) => string;
};

const expectations: Words<Expectation['key']> = {
  cells: ({ count }) => `${count} cells`,
  'closed-quote': () => 'a closing quotation mark',
  'shorter-line': ({ limit }) => `at most ${limit} characters`,
  'readable-characters': ({ encoding }) => `characters of ${encoding}`,
  'plain-characters': () => 'text without control characters',
  'whole-record': () => 'a whole mol block with counts line and M  END',
  'compound-id': () => 'a compound id',
  structure: () => 'a structure',
  'assay-code': () => 'an assay code',
  number: ({ decimalMark }) => `a number, such as 12${decimalMark}88`,
  'positive-number': () => 'a number above zero',
  'plausible-p': ({ low, high }) => `between ${low} and ${high} as -log10(mol/L)`,
  unit: () => 'a unit',
  'known-unit': () => 'a unit of the closed list',
  'molar-unit': () => 'a molar unit, such as nM',
  'same-unit': ({ unit }) => `${unit}, as the column says`,
  'fitting-unit': ({ assay, scale }) => `a unit that fits ${assay}, which is kept as ${scale}`,
  'known-relation': () => '=, <, >, <=, >= or ~',
  'same-relation': ({ relation }) => `${relation}, as the cell says`,
  'plain-value': () => 'a plain value',
  'usual-p': ({ low, high }) => `usually between ${low} and ${high}`,
  'exact-value': () => 'an exact value',
  'mapped-field': () => 'a field that the mapping names',
  'new-row': ({ line }) => `something that line ${line} does not say already`,
  content: () => 'content',
  'known-key': ({ name }) => `an id that ${name} has`,
  'one-structure': ({ structures }) => `one structure for this id, not ${structures}`,
  'known-category': ({ spellings }) => `one of ${spellings}`,
  'corrected-to': ({ text }) => `read as ${text}, corrected by hand`,
  'listed-assay': ({ assayType, scale }) => `an assay of the mapping; taken as ${assayType}, kept as ${scale}`,
  'molecular-weight': () => 'a molecular weight',
};

export const expectationText = ({ key, data }: Expectation): string => expectations[key](data);

const decisions: Words<Decision['kind']> = {
  target: ({ target }) => `Which column is the ${target}?`,
  'column-unit': ({ column, columns, lowest, highest }) =>
    Number(columns) > 1
      ? `Which unit do ${columns} columns have, such as "${column}" (${lowest} to ${highest})?`
      : `Which unit has "${column}" (${lowest} to ${highest})?`,
  'unit-spelling': ({ spelling, column, rows }) => `How is "${spelling}" in "${column}" read (${rows} rows)?`,
  'decimal-mark': ({ example }) => `Is the mark in "${example}" a decimal mark or does it group thousands?`,
  sheet: () => 'Which sheet?',
  member: () => 'Which file of the archive?',
  join: ({ name, found, ids }) => `Structures from ${name}? ${found} of ${ids} ids have one.`,
  'no-compound-id': () => 'No column has compound ids: what stands in for them?',
  category: ({ spelling, column, columns }) =>
    `What does "${spelling}" in "${column}" mean${Number(columns) > 1 ? ` (${columns} columns)` : ''}?`,
  'relation-spelling': ({ spelling, rows }) => `How is the relation "${spelling}" read (${rows} rows)?`,
  'assay-type-spelling': ({ spelling, rows }) => `Which type is "${spelling}" (${rows} rows)?`,
  'unit-suspect': (data) =>
    `Is ${data.assay}${Number(data.assays) > 1 ? ` (and ${Number(data.assays) - 1} more)` : ''} in ${data.unit}? ${suspicion(data)}.`,
  'assay-type': ({ assay, assays, known, chosen }) =>
    `The catalogue has ${assay}${Number(assays) > 1 ? ` (and ${Number(assays) - 1} more)` : ''} as ${known}, the mapping as ${chosen}: --confirm changes it for all batches.`,
  'structures-only': ({ columns, column }) =>
    `The file has structures and no values: its compounds come into the catalogue, and Tasks gets nothing from it.${
      Number(columns) === 0
        ? ''
        : ` "${column}" may hold values: a mapping file says so, or --confirm structures-only brings in the compounds alone.`
    }`,
  unlisted: ({ rows }) =>
    `Only the first ${rows} rows were looked at; assays and spellings below them are named by the check.`,
  'seen-before': ({ batch, at }) => `The same file was brought in as batch ${batch} on ${at}.`,
};

function suspicion({
  sign,
  median,
  others,
  share,
  units,
  column,
  said,
}: Readonly<Record<string, string | number>>): string {
  switch (sign) {
    case 'median-off':
      return `Its median is ${median}, that of the others ${others}`;
    case 'mixed-units':
      return `Its values come in units that cannot be compared: ${units}`;
    case 'column-disagrees':
      return `The column "${column}" itself says ${said}`;
    default:
      return `${share} % of the values ${signs.get(String(sign)) ?? 'are odd'}`;
  }
}

const signs: ReadonlyMap<string, string> = new Map([
  ['impossible-p', 'cannot be -log10(mol/L)'],
  ['tiny-concentrations', 'are too small for a concentration in this unit'],
  ['p-like', 'look like -log10(mol/L) already'],
  ['not-percent', 'lie outside 0 to 100'],
  ['positive-logarithms', 'are above zero, which no log10(mol/L) is'],
]);

export const decisionText = ({ kind, data, state, suggestion }: Decision): string =>
  [
    state === 'open' ? 'open     ' : 'suggested',
    decisions[kind](data),
    suggestion === null
      ? ''
      : `${kind === 'unit-suspect' ? 'Left as it is; perhaps' : state === 'open' ? 'Perhaps' : 'Taken as'} ${suggestion}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');

const groupText = ({ severity, reason, rows, found, examples }: FindingGroup): string => {
  const first = examples[0];
  const place = first === undefined ? '' : `, first in line ${first.line}`;
  return `  ${severity.padEnd(8)} ${reason}: ${rows} rows${place}${found === '' ? '' : `, such as "${found.slice(0, 60)}"`}`;
};

/** A few lines for a person who reads along. */
export function outcomeText({
  outcome,
  refusal,
  batchId,
  file,
  proposals,
  decisions: asked,
  report,
}: ImportOutcome): string {
  const { rows, measurements, compounds, assays } = report;
  const used = proposals.filter(({ target }) => target !== 'unused');
  const shown = used.length > 12 ? used.slice(0, 12) : used;
  const unused = proposals.filter(({ target }) => target === 'unused').map(({ column }) => column);
  const fact =
    outcome === 'imported'
      ? `imported as batch ${batchId}`
      : outcome === 'refused'
        ? refusal?.key === 'seen-before'
          ? `refused: brought in already as batch ${refusal.batchId}; --again imports it once more`
          : 'refused: no row holds a measurement'
        : 'needs a decision; nothing was imported';
  return [
    `${file.name}: ${fact}`,
    ...shown.map(
      ({ column, target, unit, confidence }) =>
        `  ${column} -> ${target}${unit === null ? '' : ` in ${unit}`} (${confidence ?? 'not used'})`,
    ),
    ...(used.length > shown.length ? [`  and ${used.length - shown.length} more columns`] : []),
    ...(unused.length === 0 ? [] : [`  not used, stays in the file: ${listed(unused)}`]),
    ...asked.map((decision) => `  ${decisionText(decision)}`),
    `  ${rows.in} rows = ${rows.ready} ready + ${rows.warned} with a warning + ${rows.rejected} rejected + ${rows.ignored} ignored`,
    ...report.groups.map(groupText),
    ...joinText(report.join),
    ...replicateText(report.replicates),
    `  ${counted(measurements, 'measurement')}, ${counted(compounds, 'compound')}, ${counted(assays, 'assay')}`,
  ].join('\n');
}

const listed = (names: readonly string[]): string =>
  names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');

const joinText = (join: CheckReport['join']): string[] => {
  if (join === null) return [];
  const more = join.near.map(({ rule, keys }) => `; ${keys} more but for ${rule}`).join('');
  const spare = join.withoutResults === null ? '' : `, ${join.withoutResults} structures without results`;
  return [`  structures: ${join.found} of ${join.keys} ids have one${spare}, ${join.conflicting} ids with two${more}`];
};

const replicateText = ({
  groups,
  agreeing,
  wide,
  contradictory,
  twoStructures,
}: CheckReport['replicates']): string[] =>
  groups === 0 && twoStructures.ids === 0
    ? []
    : [
        `  measured again: ${groups} times the same compound and assay, ${agreeing} of them agree, ${wide} lie over one log unit apart, ${contradictory} contradict each other; ${twoStructures.ids} ids with two structures`,
      ];

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
