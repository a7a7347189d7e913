/** The real exports of the simulated federation with their truth, for tests that run where the data lies beside the project. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

export const federation = fileURLToPath(new URL('../../../shared/data/federation/', import.meta.url));

type Truth = {
  readonly partners: Readonly<
    Record<
      string,
      {
        /** Two where results and structures are apart. */
        readonly file: string | readonly string[];
        readonly assays: Readonly<Record<string, { readonly assay_id: string; readonly assay_type: string }>>;
        readonly expected_import: {
          readonly rows: number;
          readonly distinct_pairs: number;
          readonly compounds: number;
          readonly assays: number;
        };
      }
    >
  >;
};

export const readTruth = (): Truth => JSON.parse(readFileSync(`${federation}truth.json`, 'utf8')) as Truth;

const table = (file: string): readonly Record<string, string>[] =>
  parse(gunzipSync(readFileSync(`${federation}${file}`)), { columns: true, bom: true }) as Record<string, string>[];

export type TrueValue = { readonly relation: '=' | '<' | '>'; readonly value: number };

let activities: readonly Record<string, string>[] | undefined;

/** By company id and company assay code, joined over the partner's id map and assay map. */
export function trueValues(partner: string): ReadonlyMap<string, TrueValue> {
  activities ??= table('activities.csv.gz');
  const companyIds = new Map(table(`partners/${partner}_idmap.csv.gz`).map((row) => [row.compound_id, row.cid]));
  const codes = new Map(
    Object.entries(readTruth().partners[partner]?.assays ?? {}).map(([code, { assay_id }]) => [assay_id, code]),
  );
  const relations = { '=': '=', '<=': '<', '<': '<', '>=': '>', '>': '>' } as const;
  return new Map(
    activities
      .filter((row) => row.partner === partner)
      .map((row) => [
        `${companyIds.get(row.compound_id)} ${codes.get(row.assay_id ?? '')}`,
        { relation: relations[row.standard_relation as '='], value: Number(row.value) },
      ]),
  );
}
