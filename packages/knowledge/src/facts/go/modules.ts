import type { LanguageText } from '../language-text.ts';

/** The scope of the whole file: imports and everything at the top of a package. */
export const FILE_SCOPE = 0;

/** `import "a/b"`, `import c "a/b"`, `import . "a/b"` and `import _ "a/b"`. */
export function declareImport(text: LanguageText, node: number): void {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  const path = tree.child(node, 'path');
  if (path < 0) return;
  const specifier = tree.text(path).slice(1, -1);
  const name = tree.child(node, 'name');
  if (name >= 0) declaring[name] = 1;
  const given = name < 0 ? null : tree.text(name);
  const aliases = given === null ? packageNames(specifier) : [given];
  const isNamed = given !== '.' && given !== '_';
  const index = facts.import({
    kind: 'IMPORT',
    specifier,
    line: tree.line(node),
    isTypeOnly: false,
    names: isNamed ? [{ name: '*', alias: aliases[0] ?? specifier }] : [],
    isWildcard: given === '.',
  });
  if (index < 0 || !isNamed) return;
  for (const alias of aliases) scopes.declare(FILE_SCOPE, alias, { is: 'IMPORT', import: index, name: '*' });
}

/**
 * The names under which a package may be known. The true one stands in its own files, which this text does not show; by
 * convention it is the last part of the path without a version, or that without the `go` in front or behind.
 */
function packageNames(specifier: string): string[] {
  const parts = specifier.split('/').filter(Boolean);
  if (parts.length > 1 && /^v\d+$/.test(parts.at(-1) ?? '')) parts.pop();
  const last = (parts.at(-1) ?? '').replace(/\.v\d+$/, '');
  const bare = last.replace(/^go[-.]|[-.]go$/g, '');
  const names = [
    last,
    bare,
    last.replace(/[-.]/g, '_'),
    last.replace(/[-.]/g, ''),
    bare.replace(/[-.]/g, ''),
  ];
  const tail = last.split('-').at(-1) ?? '';
  return [...new Set([...names, tail])].filter((name) => /^[\p{L}_][\p{L}\d_]*$/u.test(name));
}

/** Everything at the top can be used by the other files of the package, methods through their types. */
export function readExports({ facts }: LanguageText): void {
  for (const [symbol, { name, kind, parent, line }] of facts.symbols.entries()) {
    if (parent === null && kind !== 'METHOD')
      facts.exports.push({ name, binding: { to: 'SYMBOL', symbol }, line });
  }
}
