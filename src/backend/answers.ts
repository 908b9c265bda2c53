import type { FunctionName } from './client.ts';
import type { Database } from './database.types.ts';

type Row<N extends FunctionName> = Database['public']['Functions'][N]['Returns'] extends (infer R)[] ? R : never;
/** One row of what a function answers. Any column of a function can be empty and the generated types do not say which: `Empty` names them. */
export type RowOf<N extends FunctionName, Empty extends keyof Row<N> = never> = {
  [K in keyof Row<N>]: K extends Empty ? Row<N>[K] | null : Row<N>[K];
};
