import {
  isListType,
  isNonNullType,
  Kind,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type FieldNode,
} from 'graphql';
import { schema } from '../schema/schema.ts';
import { writtenOut } from './web-documents.ts';

/** The length of the longest list in an answer. */
export function longestList(value: unknown): number {
  // The objects of an answer have no prototype.
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).map(longestList);
  return Math.max(0, Array.isArray(value) ? value.length : 0, ...inner);
}

/** A document's lists of objects: each by its name, how many lists stand in it, and the document without it. */
export function listsOf(text: string): { name: string; lists: number; without: string }[] {
  const document = writtenOut(text);
  const found = new Map<FieldNode, number>();
  const open: FieldNode[] = [];
  const types = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: {
        enter(node) {
          if (node.selectionSet === undefined || ['nodes', 'edges'].includes(node.name.value)) return;
          const type = types.getType();
          const inner = isNonNullType(type) ? type.ofType : type;
          if (!isListType(inner) && !String(inner).endsWith('Connection')) return;
          open.push(node);
          for (const outer of open) found.set(outer, (found.get(outer) ?? 0) + 1);
        },
        leave(node) {
          if (open.at(-1) === node) open.pop();
        },
      },
    }),
  );
  return [...found].map(([list, lists]) => ({
    name: list.alias?.value ?? list.name.value,
    lists,
    without: print(
      visit(document, {
        Field: (node) =>
          node === list ? { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } : undefined,
      }),
    ),
  }));
}
