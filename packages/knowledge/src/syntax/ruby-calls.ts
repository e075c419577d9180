import type { Node } from 'web-tree-sitter';

/** Calls by which a class of Ruby gets members, and the number of their arguments that are names. */
const members: ReadonlyMap<string, { readonly kind: 'FIELD' | 'METHOD'; readonly most: number }> = new Map([
  ['attr', { kind: 'FIELD', most: 100 }],
  ['attr_accessor', { kind: 'FIELD', most: 100 }],
  ['attr_reader', { kind: 'FIELD', most: 100 }],
  ['attr_writer', { kind: 'FIELD', most: 100 }],
  ['define_method', { kind: 'METHOD', most: 1 }],
  ['define_singleton_method', { kind: 'METHOD', most: 1 }],
  ['alias_method', { kind: 'METHOD', most: 1 }],
]);
const builders = /^(?:(?:Class|Module|Struct)\.new|Data\.define)$/;

/** The names that a call defines as members, and the block that is their code. */
export function memberCallOf(call: Node): {
  readonly names: readonly { readonly name: string; readonly row: number }[];
  readonly kind: 'FIELD' | 'METHOD';
  readonly body: Node | null;
} | null {
  const member = members.get(call.childForFieldName('method')?.text ?? '');
  if (call.type !== 'call' || member === undefined || call.childForFieldName('receiver') !== null)
    return null;
  const names = (call.childForFieldName('arguments')?.namedChildren ?? [])
    .slice(0, member.most)
    .flatMap((each) => {
      const name = /^(?:simple_symbol|string)$/.test(each?.type ?? '') ? nameOf(each?.text ?? '') : '';
      return each === null || name === '' ? [] : [{ name, row: each.startPosition.row }];
    });
  return names.length === 0 ? null : { names, kind: member.kind, body: bodyOf(call) };
}

/**
 * The members that a call gives to the constant it is assigned to: of a class, as `Class.new(Error) do … end`, or of what else takes a
 * block, as `Options.new(:name) do … end`. Null for any other value.
 */
export function builtClass(value: Node): { readonly isClass: boolean; readonly body: Node | null } | null {
  if (value.type !== 'call') return null;
  const receiver = value.childForFieldName('receiver')?.text ?? '';
  const method = value.childForFieldName('method')?.text ?? '';
  const isClass = builders.test(`${receiver}.${method}`);
  const body = bodyOf(value);
  return isClass || body !== null ? { isClass, body } : null;
}

function bodyOf(call: Node): Node | null {
  const block = call.childForFieldName('block');
  return block?.childForFieldName('body') ?? block;
}

/** A symbol or a plain string as a name; empty where it is neither. */
const nameOf = (text: string): string =>
  /^:?["']?([\p{L}_][\p{L}\p{N}_]*[?!=]?)["']?$/u.exec(text)?.[1] ?? '';
