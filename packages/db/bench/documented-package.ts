import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A question whose true answer is known: the definition that its words were taken from. */
export interface Question {
  readonly kind: 'doc' | 'name';
  readonly text: string;
  readonly path: string;
  /** The line of the definition in the text that is indexed, from 1 on. */
  readonly line: number;
}

/** A package as it is indexed, without the comments and names that the questions are made of. */
export interface DocumentedPackage {
  readonly name: string;
  readonly files: Record<string, string>;
  readonly questions: readonly Question[];
}

const store = fileURLToPath(new URL('../../../node_modules/.pnpm', import.meta.url));
const definition =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/[ \t]*\r?\n([ \t]*(?:export\s+)?(?:default\s+)?(?:async\s+)?(?:function\s*\*?|class|const|interface|type)\s+)([A-Za-z_$][\w$]*)/g;

/** Reads an installed package, and takes its documentation and a number of its names out of it. */
export function documentedPackage(name: string, folder: string, most: number): DocumentedPackage {
  const [root] = globSync(join(store, `${name.replace('/', '+')}@*`, 'node_modules', name, folder));
  if (root === undefined) throw new Error(`${name} is not installed.`);
  const paths = globSync('**/*.{js,mjs,ts,svelte}', {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  })
    .filter((path) => !/\.d\.[mc]?ts$|\.min\.|\.cjs$|locales\//.test(path))
    .sort();
  const found: { path: string; symbol: string; doc: string }[] = [];
  const texts = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  for (const [path, text] of texts) {
    for (const [, comment = '', , symbol = ''] of text.matchAll(definition)) {
      const doc = sentenceOf(comment);
      if (doc.split(/\s+/).length >= 6 && !doc.startsWith('@') && symbol.length > 5)
        found.push({ path, symbol, doc });
    }
  }
  // Two definitions with the same words have no one true answer.
  const count = (of: (one: (typeof found)[number]) => string) =>
    Map.groupBy(found, (one) => of(one).toLowerCase());
  const [docs, symbols] = [count(({ doc }) => doc), count(({ symbol }) => symbol)];
  const sole = found.filter(
    ({ doc, symbol }) =>
      docs.get(doc.toLowerCase())?.length === 1 && symbols.get(symbol.toLowerCase())?.length === 1,
  );
  const step = Math.max(1, Math.floor(sole.length / most));
  const asked = sole.filter((_, index) => index % step === 0).slice(0, most);
  // Every second one is asked for by its name, which then stands nowhere in the package any more.
  const byName = asked.filter(({ symbol }, index) => index % 2 === 1 && partsOf(symbol).length > 1);
  const renamed = new Map(byName.map(({ symbol }, index) => [symbol, `unnamed${index}`]));
  const hidden = new RegExp(
    `(?<![\\w$])(?:${[...renamed.keys()].map((one) => one.replaceAll('$', '\\$')).join('|')})(?![\\w$])`,
    'g',
  );
  const files: Record<string, string> = {};
  const questions: Question[] = [];
  for (const [path, text] of texts) {
    const marks: { symbol: string; at: number }[] = [];
    let stripped = '';
    let last = 0;
    for (const match of text.matchAll(definition)) {
      stripped += text.slice(last, match.index);
      marks.push({ symbol: match[3] ?? '', at: stripped.length + (match[2]?.length ?? 0) });
      last = match.index + match[0].indexOf('*/') + 2;
      const line = text.indexOf('\n', last);
      last = line < 0 ? last : line + 1;
    }
    stripped += text.slice(last);
    for (const { symbol, at } of marks) {
      const one = asked.find((candidate) => candidate.path === path && candidate.symbol === symbol);
      if (one === undefined) continue;
      const line = stripped.slice(0, at).split('\n').length;
      questions.push(
        renamed.has(symbol)
          ? { kind: 'name', text: partsOf(symbol).join(' '), path, line }
          : { kind: 'doc', text: one.doc, path, line },
      );
    }
    files[path] =
      renamed.size === 0 ? stripped : stripped.replace(hidden, (word) => renamed.get(word) ?? word);
  }
  return { name, files, questions };
}

function sentenceOf(comment: string): string {
  const text = comment
    .replace(/^\s*\*+ ?/gm, '')
    .split(/\n\s*@/)[0]
    ?.replace(/\{@link ([^}]*)\}/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text?.split(/(?<=[.!?])\s/)[0]?.slice(0, 300) ?? '';
}

function partsOf(symbol: string): string[] {
  return symbol.split(/[_$]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/).filter((part) => part !== '');
}
