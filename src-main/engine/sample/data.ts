/** Sample data: the exports of three invented companies, for a first look at every page. Made, not copied from anywhere. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inventTarget, logD, measurementNoise, type Target } from './assays.ts';
import { type CompanyStyle, companyStyles, type SampleRow } from './company-styles.ts';
import { asSalt, inventMolecules, inventSeries, type Molecule, type Series } from './molecules.ts';
import { type Random, randomFrom } from './random.ts';

export type SampleCompany = {
  readonly name: string;
  /** Path of the export. */
  readonly file: string;
  readonly compounds: number;
  readonly assays: number;
  /** Data rows of the file; = measurements + the rest. */
  readonly rows: number;
  readonly measurements: number;
  /** Rows that no import can take: no number, no id. */
  readonly bad: number;
  /** Rows that say what an earlier row has said. */
  readonly repeated: number;
  /** Measured compounds whose structure is no structure. */
  readonly brokenStructures: number;
};

const seriesCount = 240;
const seriesPerCompany = 110;
const compoundsPerCompany = 900;
const registeredTwice = 12;
const targetCount = 18;
const targetsPerCompany = 14;
/** Share of a company's compounds that each assay has measured. */
const measuredShare = 0.42;

/** @returns one company for each file written; the same seed writes the same bytes */
export async function writeSampleExports(folder: string, seed: string): Promise<SampleCompany[]> {
  await mkdir(folder, { recursive: true });
  const random = randomFrom(`chorale sample ${seed}`);
  const series = inventSeries(random, seriesCount);
  const targets = Array.from({ length: targetCount }, () => inventTarget(random));
  const companies: SampleCompany[] = [];
  for (const style of companyStyles) {
    const { content, ...company } = inventCompany(randomFrom(`${seed} ${style.name}`), style, series, targets);
    const file = join(folder, style.fileName);
    await writeFile(file, content);
    companies.push({ ...company, file });
  }
  return companies;
}

type Registered = { readonly id: string; readonly molecule: Molecule; readonly structure: string };

type Assay = { readonly code: string; readonly adme: boolean; readonly valueOf: (molecule: Molecule) => number };

function inventCompany(
  random: Random,
  style: CompanyStyle,
  series: readonly Series[],
  targets: readonly Target[],
): Omit<SampleCompany, 'file'> & { readonly content: string } {
  const registry = register(random, style, series);
  const assays = inventAssays(random, style, targets);
  const good = assays.flatMap((assay) =>
    registry.filter(() => random.chance(measuredShare)).map((compound) => measure(random, style, assay, compound)),
  );
  const repeated = good.filter(() => random.chance(0.003));
  const bad = good.filter(() => random.chance(0.004)).map((row, at) => spoil(row, at));
  const broken = registry.slice(0, 2).map(
    (compound, at): SampleRow => ({
      ...measure(random, style, assays[at]!, compound),
      id: style.idOf(999_000 + at),
      structure: ['c1ccc(', 'C1CC(=O)N(C)(C)(C)C1'][at]!,
    }),
  );
  const rows = random.shuffled([...good, ...bad, ...broken]);
  const all = [...rows, ...repeated]; // what repeats comes after what it repeats
  return {
    name: style.name,
    content: style.write(all),
    compounds: new Set(good.map(({ id }) => id)).size,
    assays: assays.length,
    rows: all.length,
    measurements: good.length + broken.length,
    bad: bad.length,
    repeated: repeated.length,
    brokenStructures: broken.length,
  };
}

/** A few compounds are registered twice, as salt and as they are: one structure under two names. */
function register(random: Random, style: CompanyStyle, series: readonly Series[]): readonly Registered[] {
  const own = random.shuffled(series).slice(0, seriesPerCompany);
  const perSeries = Math.ceil(compoundsPerCompany / own.length) + 2;
  const molecules = own.flatMap((one) => inventMolecules(random, one, perSeries));
  const numbers = new Set<number>();
  while (numbers.size < compoundsPerCompany) numbers.add(100_000 + random.below(800_000));
  const ids = [...numbers].map(style.idOf);
  const plain = random
    .shuffled(molecules)
    .slice(0, compoundsPerCompany - registeredTwice)
    .map((molecule, at) => {
      const salt = random.chance(0.1) ? asSalt(molecule) : undefined;
      return { id: ids[at]!, molecule, structure: salt ?? molecule.smiles };
    });
  const again = plain
    .map(({ molecule, structure }) => ({ molecule, structure: asSalt(molecule), given: structure }))
    .filter(({ structure, given }) => structure !== undefined && structure !== given)
    .slice(0, registeredTwice)
    .map(({ molecule, structure }, at) => ({ id: ids[plain.length + at]!, molecule, structure: structure! }));
  return [...plain, ...again];
}

function inventAssays(random: Random, style: CompanyStyle, targets: readonly Target[]): readonly Assay[] {
  const codes = new Set<string>();
  while (codes.size < targetsPerCompany + 1) codes.add(style.assayCodeOf(10_000 + random.below(90_000)));
  const [admeCode, ...potencyCodes] = codes;
  const potency = random
    .shuffled(targets)
    .slice(0, targetsPerCompany)
    .map((target, at) => ({ code: potencyCodes[at]!, adme: false, valueOf: target.potency }));
  return style.adme ? [...potency, { code: admeCode!, adme: true, valueOf: logD }] : potency;
}

/** Potencies weaker than the highest concentration tested are known as limits only. */
function measure(
  random: Random,
  style: CompanyStyle,
  assay: Assay,
  { id, molecule, structure }: Registered,
): SampleRow {
  const measured = assay.valueOf(molecule) + measurementNoise * random.normal();
  const weakest = -Math.log10(style.highestConcentration);
  const censored = !assay.adme && measured < weakest;
  return {
    id,
    structure,
    assay: assay.code,
    adme: assay.adme,
    relation: censored ? '>' : '=',
    value: assay.adme ? measured : Math.min(9.9, censored ? weakest : measured),
    cell: undefined,
  };
}

const spoil = (row: SampleRow, at: number): SampleRow =>
  at % 4 === 3 ? { ...row, id: '' } : { ...row, cell: ['n.d.', 'contaminated', 'see page 3'][at % 4]! };
