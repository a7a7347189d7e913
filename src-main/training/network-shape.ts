/** What a network is made of: the trunk's layers, the heads on top of it, and the names and sizes of all tensors. */

/**
 * `classification`: a logit per task. `regression`: a value per task. `catalogue`: logits once more, of the tasks that
 * the consortium has in common (SparseChem's catalogue fusion); where it is there, its columns are the ones looked at.
 */
export type HeadKind = 'classification' | 'regression' | 'catalogue';

export type HeadShape = {
  readonly kind: HeadKind;
  /** Widths of the head's own layers between trunk and tasks; mostly none. */
  readonly hidden: readonly number[];
  readonly tasks: number;
};

export type NetworkShape = {
  /** Rows of the first weight that are held: those of bits that occur, see compaction.ts. */
  readonly rows: number;
  readonly hidden: readonly number[];
  readonly heads: readonly HeadShape[];
};

/** A tensor by its name, with its sizes. */
export type TensorSize = { readonly name: string; readonly shape: readonly number[] };

export const sizeOfTensor = ({ shape }: TensorSize): number => shape.reduce((product, size) => product * size, 1);

/** What the names of a head's tensors begin with. */
export const headName = (kind: HeadKind): string => (kind === 'classification' ? 'head' : kind);

/** The first weight: by far the largest tensor, and the only one that a step touches in few of its rows. */
export const firstWeight = 'trunk.0.weight';

export const isOfTrunk = (name: string): boolean => name.startsWith('trunk.');

/** One head that classifies, without layers of its own: what a network has unless it is asked for more. */
export const classifying = (tasks: number): HeadShape[] => [{ kind: 'classification', hidden: [], tasks }];

/**
 * Tensors that are trained: `trunk.k.weight` [inputs, outputs] and `trunk.k.bias`, then for each head `<head>.k.weight`
 * and `<head>.k.bias` of its own layers, `<head>.weight` [tasks, inputs] and `<head>.bias`.
 */
export const parameterTensors = ({ rows, hidden, heads }: NetworkShape): TensorSize[] => [
  ...layers('trunk', rows, hidden),
  ...heads.flatMap((head) => headTensors(head, hidden.at(-1)!)),
];

/** @param width of the trunk's last layer */
export function headTensors({ kind, hidden, tasks }: HeadShape, width: number): TensorSize[] {
  const name = headName(kind);
  return [
    ...layers(name, width, hidden),
    { name: `${name}.weight`, shape: [tasks, hidden.at(-1) ?? width] },
    { name: `${name}.bias`, shape: [tasks] },
  ];
}

const layers = (name: string, inputs: number, hidden: readonly number[]): TensorSize[] =>
  hidden.flatMap((width, layer) => [
    { name: `${name}.${layer}.weight`, shape: [layer === 0 ? inputs : hidden[layer - 1]!, width] },
    { name: `${name}.${layer}.bias`, shape: [width] },
  ]);

export type MaskedLayer = { readonly name: string; readonly width: number };

/** Units that dropout reaches, a mask each: those between the trunk's layers, and those that go into a head's layers. */
export const maskedLayers = ({ hidden, heads }: Pick<NetworkShape, 'hidden' | 'heads'>): MaskedLayer[] => [
  ...hidden.slice(0, -1).map((width, layer) => ({ name: maskOfTrunk(layer), width })),
  ...heads.flatMap(({ kind, hidden: own }) =>
    [hidden.at(-1)!, ...own].map((width, layer) => ({ name: maskOfHead(kind, layer), width })),
  ),
];

export const maskOfTrunk = (layer: number): string => `mask.trunk.${layer}`;

/** @param layer 0 for what the trunk gives the head, k for what its own layer k - 1 gives */
export const maskOfHead = (kind: HeadKind, layer: number): string => `mask.${headName(kind)}.${layer}`;

/** @param name of a list of `LabelLists` */
export const listName = (kind: HeadKind, name: string): string => `${headName(kind)}.${name}`;

export type LabelLists<List, Cells = List> = {
  /** Compound of the minibatch x tasks + task. */
  readonly cells: Cells;
  /** Class 1 or 0; for regression the value to predict. */
  readonly targets: List;
  /** Of the label in the loss, already over the batch size. */
  readonly weights: List;
  /** Regression only: what target - prediction counts as at least and at most; 0 on the side where it is censored. */
  readonly lowest?: List;
  readonly highest?: List;
};

/** @returns a list of a head's labels for each of those that it has, by `list` of the list's name */
export function labelLists<List>(kind: HeadKind, list: (name: string) => List): LabelLists<List> {
  const of = (name: keyof LabelLists<List>) => list(listName(kind, name));
  return {
    ...{ cells: of('cells'), targets: of('targets'), weights: of('weights') },
    ...(kind === 'regression' && { lowest: of('lowest'), highest: of('highest') }),
  };
}
