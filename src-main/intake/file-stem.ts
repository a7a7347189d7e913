/** The name of a file without the endings that only say how it is written. */

/** `CHEMBL1862_Ki` of `CHEMBL1862_Ki.csv.gz` */
export const fileStem = (name: string): string =>
  name.replace(/(\.(csv|tsv|txt|psv|xlsx|sdf|sd|smi|parquet|gz|zip))+$/i, '');
