import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  Kind,
  parse,
  print,
  visit,
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';

const web = fileURLToPath(new URL('../../../web/src', import.meta.url));

/** One operation of the web app, with the fragments that it needs: what its server is sent. */
export interface WebDocument {
  readonly name: string;
  readonly operation: OperationDefinitionNode['operation'];
  readonly text: string;
}

/** Every operation that the web app asks, read from its sources. For tests. */
export function webDocuments(): WebDocument[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const file of globSync('**/*.{ts,svelte}', { cwd: web })) {
    for (const [, text = ''] of readFileSync(`${web}/${file}`, 'utf8').matchAll(/\bgraphql\(\s*`([^`]*)`/g)) {
      for (const definition of parse(text).definitions) {
        if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
        if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
      }
    }
  }
  return operations.map((operation) => ({
    name: operation.name?.value ?? '',
    operation: operation.operation,
    text: [operation, ...neededBy(operation, fragments)].map((each) => print(each)).join('\n'),
  }));
}

function neededBy(
  node: OperationDefinitionNode | FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  found = new Map<string, FragmentDefinitionNode>(),
): FragmentDefinitionNode[] {
  visit(node, {
    FragmentSpread({ name }) {
      const fragment = fragments.get(name.value);
      if (fragment === undefined || found.has(name.value)) return;
      // A directive of the client's own is no part of what it sends.
      found.set(name.value, { ...fragment, directives: [] });
      neededBy(fragment, fragments, found);
    },
  });
  return [...found.values()];
}

/** The same document with each fragment written out where it is used: every selection of it is then a node of its own. */
export function writtenOut(text: string): DocumentNode {
  const document = parse(text);
  const fragments = new Map(
    document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
  const inline = (node: ASTNode): ASTNode =>
    visit(node, {
      FragmentSpread({ name, directives }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined) return undefined;
        const { typeCondition, selectionSet } = fragment;
        return inline({ kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives });
      },
    });
  const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  return parse(operations.map((operation) => print(inline(operation))).join('\n'));
}
