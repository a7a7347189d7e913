/** What models learn on: the execution provider of onnxruntime, and how many threads a train step takes. */

/** The train graph adds to duplicate indices, which is only right in one thread; see train-graph.ts. */
export const executionProvider = { name: 'cpu', threads: 1 } as const;
