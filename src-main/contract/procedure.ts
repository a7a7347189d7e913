/** What every procedure of the contract starts from: oRPC with the closed list of errors. */
import {
  type AnyContractProcedure,
  type InferContractRouterInputs,
  type InferContractRouterOutputs,
  oc,
} from '@orpc/contract';
import { errorData } from './errors.ts';

const errorMap = Object.fromEntries(Object.entries(errorData).map(([code, data]) => [code, { data }])) as {
  readonly [Code in keyof typeof errorData]: { readonly data: (typeof errorData)[Code] };
};

/** Add `.input(schema)` and `.output(schema)`; an output that streams is an `eventIterator(schema)`. */
export const procedure = oc.errors(errorMap);

export type AnyProcedure = AnyContractProcedure;
/** What is given to each procedure of a contract, and what it answers. */
export type Inputs<Contract extends Parameters<typeof oc.router>[0]> = InferContractRouterInputs<Contract>;
export type Outputs<Contract extends Parameters<typeof oc.router>[0]> = InferContractRouterOutputs<Contract>;
