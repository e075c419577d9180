import { getOperationAST, type ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { ApiContext } from '../graphql/context.ts';
import { traced } from './traced.ts';

type Execute = (args: ExecutionArgs) => unknown;

/** Runs each query and mutation in a span with its name. Variables and results are not exported: they are private. */
export function traceOperations(): Plugin<ApiContext> {
  return {
    onExecute({ args: given, executeFn, setExecuteFn }) {
      const args: ExecutionArgs = given;
      const { document, operationName } = args;
      const operation = getOperationAST(document, operationName);
      if (operation === null || operation === undefined) return;
      const name = operation.name?.value;
      const attributes = {
        'graphql.operation.type': operation.operation,
        ...(name === undefined ? {} : { 'graphql.operation.name': name }),
      };
      const execute: Execute = executeFn;
      setExecuteFn((current: ExecutionArgs) =>
        traced(`${operation.operation} ${name ?? ''}`.trim(), attributes, async () => execute(current)),
      );
    },
  };
}
