/** Saved mappings for the next file: which of them fit, what differs, and the mapping that comes of one. Offered, never taken in silence. */
import { hash } from 'node:crypto';
import type { Catalog } from '../catalog/open.ts';
import { listTemplates, type StoredTemplate, templateAsUsed } from '../catalog/templates.ts';
import type { Inspection, Mapping, Reading, TemplateDiff, TemplateOffer } from '../contract/intake.ts';

/** Of the columns, whatever their order and their spelling in case, width and spaces. */
export const headerFingerprint = (columns: readonly string[]): string =>
  hash('sha256', JSON.stringify(columns.map(plainName).sort()), 'hex');

export const headerOf = ({ columns }: Mapping): string => headerFingerprint(columns.map(({ column }) => column));

/**
 * The inspection with the templates that fit, and with their name beside what a person took over from one.
 * @param look at the same file under another mapping: the best fit is then told apart from it by what its own reading of the
 *   rows finds, such as assays whose unit only the template knows
 */
export async function withTemplates(
  catalog: Catalog,
  inspection: Inspection,
  look?: (mapping: Mapping) => Promise<Inspection>,
): Promise<Inspection> {
  const used = inspection.mapping.template && templateAsUsed(catalog, inspection.mapping.template);
  const stored = listTemplates(catalog);
  const offers = stored
    .flatMap((template) => offerOf(template, inspection) ?? [])
    .sort((a, b) => b.share - a.share || (a.template.name < b.template.name ? -1 : 1))
    .slice(0, 3);
  const [best, ...others] = offers;
  const own = stored.find(({ id }) => id === best?.template.id)?.mapping;
  const templates =
    best === undefined || own === undefined || look === undefined
      ? offers
      : [{ ...best, diff: differences(own, best.mapping, await look(best.mapping)) }, ...others];
  return {
    ...inspection,
    proposals: used === undefined ? inspection.proposals : withProvenance(inspection.proposals, used),
    templates,
  };
}

/** What the next file can be read by: rows that were put right are those of one file. */
export function asTemplate({ corrections: _, ...mapping }: Mapping): Mapping {
  return mapping;
}

/** Below that share of common columns two files are not of one kind. */
const leastShare = 0.5;

/** @returns undefined when the file is of another kind than the template's */
export function offerOf(template: StoredTemplate, inspection: Inspection): TemplateOffer | undefined {
  const { mapping: own, id, name, version } = template;
  if (own.reading.format !== inspection.reading.format && !(isTable(own.reading) && isTable(inspection.reading))) {
    return undefined;
  }
  const theirs = new Map(own.columns.map((column) => [plainName(column.column), column]));
  const ours = new Map(inspection.mapping.columns.map((column) => [plainName(column.column), column]));
  const common = [...ours.keys()].filter((column) => theirs.has(column));
  const share = common.length / new Set([...theirs.keys(), ...ours.keys()]).size;
  const gives = common.some((column) => theirs.get(column)?.target.endsWith('value'));
  if (share < leastShare || !gives) return undefined;

  const columns = inspection.mapping.columns.map(({ column }): Mapping['columns'][number] => {
    const known = theirs.get(plainName(column));
    return known === undefined ? { column, target: 'unused', unit: null, assay: null } : { ...known, column };
  });
  const mapping: Mapping = {
    ...own,
    template: { id, name, version },
    reading: readingUnder(own.reading, inspection),
    columns,
    missing: [...new Set([...own.missing, ...inspection.mapping.missing])],
    // Doubts are about the values of one file, and a second file is one that the template has not seen.
    confirmed: [],
    join: own.join?.kind === 'file' ? null : own.join,
  };
  return {
    template: { id, name, version },
    fit: share === 1 ? 'exact' : 'near',
    share,
    diff: differences(own, mapping, inspection),
    mapping,
  };
}

/** Text and spreadsheets hold the same tables. */
const isTable = ({ format }: Reading): boolean => format !== 'sdf';

/** As the file was found to be read; where it leaves that open, as a person has decided it before. */
function readingUnder(own: Reading, { reading, readingReasons }: Inspection): Reading {
  const open = readingReasons.some(({ part, confidence }) => part === 'decimalMark' && confidence === 'low');
  return open ? { ...reading, decimalMark: own.decimalMark, thousands: own.thousands } : reading;
}

const readingParts = ['format', 'encoding', 'delimiter', 'quote', 'headerLine', 'decimalMark', 'thousands'] as const;
const shown = 100;

function differences(own: Mapping, under: Mapping, { unitSpellings, assays, mapping }: Inspection): TemplateDiff {
  const theirs = new Map(own.columns.map((column) => [plainName(column.column), column]));
  const ours = new Map(under.columns.map((column) => [plainName(column.column), column]));
  const unitColumn = (one: Mapping) => one.columns.find(({ target }) => target === 'unit')?.column;
  const spellings = new Set(own.units.map(({ spelling }) => spelling));
  const codes = new Set(own.assays.map(({ code }) => code));
  return {
    added: [...ours].filter(([name]) => !theirs.has(name)).map(([, { column }]) => column),
    missing: [...theirs].filter(([name]) => !ours.has(name)).map(([, { column, target }]) => ({ column, target })),
    renamed: [...ours].flatMap(([name, { column }]) => {
      const from = theirs.get(name)?.column ?? column;
      return from === column ? [] : [{ from, to: column }];
    }),
    reading: readingParts.flatMap((part) => {
      const [from, to] = [String(own.reading[part] ?? ''), String(under.reading[part] ?? '')];
      return from === to ? [] : [{ part, from, to }];
    }),
    unitSpellings:
      unitColumn(mapping) !== unitColumn(under)
        ? []
        : unitSpellings
            .map(({ spelling }) => spelling)
            .filter((spelling) => !spellings.has(spelling))
            .slice(0, shown),
    assays: assays
      .map(({ code }) => code)
      .filter((code) => !codes.has(code))
      .slice(0, shown),
  };
}

/** A column that stands as the template has it, and not as it would be proposed, is by the template and not by hand. */
function withProvenance(
  proposals: Inspection['proposals'],
  { name, version, mapping }: StoredTemplate,
): Inspection['proposals'] {
  const byName = new Map(mapping.columns.map((column) => [plainName(column.column), column]));
  return proposals.map((proposal) => {
    const own = byName.get(plainName(proposal.column));
    const same = own !== undefined && own.target === proposal.target && own.unit === proposal.unit;
    return same && proposal.reason.key === 'by-hand'
      ? { ...proposal, reason: { key: 'by-template', data: { template: name, version } } }
      : proposal;
  });
}

const plainName = (name: string): string => name.normalize('NFKC').trim().toLowerCase().replaceAll(/\s+/g, ' ');
