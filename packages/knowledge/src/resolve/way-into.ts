import type { Binding } from '../facts/file-facts.ts';

/** A name that an import brought in, and the members that follow it. */
export type ImportBinding = Extract<Binding, { to: 'IMPORT' }>;

/** The names that lead from the target of an import to the symbol that a binding means. */
export function wayInto(
  { name, path }: ImportBinding,
  { inside, isRequired }: { inside: readonly string[] | undefined; isRequired: boolean },
): readonly string[] {
  if (inside !== undefined) return [...inside, ...path];
  if (name !== '*') return [name, ...path];
  // `const parse = require('./parse')` refers to the default export of the module.
  return path.length === 0 && isRequired ? ['default'] : path;
}
