import { getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ApiContext } from '../graphql/context.ts';
import { traced } from './traced.ts';

/** Each query and mutation under a span with its name: variables and answers belong to those who ask. */
export function traceOperations(): Plugin<ApiContext> {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (operation === null || operation === undefined) return;
      const name = operation.name?.value;
      const attributes = {
        'graphql.operation.type': operation.operation,
        ...(name === undefined ? {} : { 'graphql.operation.name': name }),
      };
      setExecuteFn((given) =>
        traced(`${operation.operation} ${name ?? ''}`.trim(), attributes, async () => executeFn(given)),
      );
    },
  };
}
