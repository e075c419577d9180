import type { LanguageText } from '../language-text.ts';

/** The scope of the whole file: imports and types at the top. */
const FILE_SCOPE = 0;

/** `package a.b;` */
export function declarePackage(text: LanguageText, node: number): void {
  const { tree } = text.facts;
  text.facts.packageName = `java:${nameIn(text, node)}`;
  for (let at = node; at <= tree.last(node); at += 1) text.declaring[at] = 1;
}

function nameIn(text: LanguageText, node: number): string {
  const { tree } = text.facts;
  const scoped = tree.childOfType(node, 'scoped_identifier');
  const name = scoped < 0 ? tree.childOfType(node, 'identifier') : scoped;
  return name < 0 ? '' : tree.text(name).replace(/\s+/g, '');
}

/** `import a.b.C;`, `import a.b.*;`, `import static a.b.C.name;` and `import static a.b.C.*;` */
export function declareImport(text: LanguageText, node: number): void {
  const { facts, scopes, declaring } = text;
  const { tree } = facts;
  for (let at = node; at <= tree.last(node); at += 1) declaring[at] = 1;
  const path = nameIn(text, node);
  const isWildcard = tree.has(node, 'asterisk');
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (name === '') return;
  const index = facts.import({
    kind: 'IMPORT',
    specifier: isWildcard ? `${path}.*` : path,
    line: tree.line(node),
    isTypeOnly: false,
    names: isWildcard ? [] : [{ name, alias: name }],
    isWildcard,
  });
  if (index < 0 || isWildcard) return;
  const declared = { is: 'IMPORT', import: index, name } as const;
  scopes.declare(FILE_SCOPE, name, declared);
  if (tree.has(node, 'static')) scopes.declare(FILE_SCOPE, `${name}()`, declared);
}

/** `a.b.C` that is used without an import. */
export function implicitImport(text: LanguageText, path: string, node: number): number {
  const known = text.paths.get(path);
  if (known !== undefined) return known;
  const name = path.slice(path.lastIndexOf('.') + 1);
  const index = text.facts.import({
    kind: 'IMPORT',
    specifier: path,
    line: text.facts.tree.line(node),
    isTypeOnly: false,
    names: [{ name, alias: path }],
    isWildcard: false,
  });
  text.paths.set(path, index);
  return index;
}

/** Top-level types are visible to other files; those without `public` only within their package. */
export function readExports({ facts }: LanguageText): void {
  for (const [symbol, { name, parent, line }] of facts.symbols.entries())
    if (parent === null) facts.exports.push({ name, binding: { to: 'SYMBOL', symbol }, line });
}
