/** The operators that a query may hold beside words. The texts of each stand under the same key. */
export const OPERATORS = [
  { key: 'phrase', insert: '"', example: '"not found"' },
  { key: 'pattern', insert: '/', example: '/on[A-Z]\\w+/' },
  { key: 'path', insert: 'path:', example: 'path:src/' },
  { key: 'lang', insert: 'lang:', example: 'lang:python' },
  { key: 'repo', insert: 'repo:', example: 'repo:hono' },
  { key: 'sym', insert: 'sym:', example: 'sym:createQueue' },
  { key: 'without', insert: '-', example: '-test' },
] as const;
export type Operator = (typeof OPERATORS)[number]['key'];

/** The values that complete an operator, from the facets of the shown hits. */
export interface KnownValues {
  languages: readonly string[];
  repositories: readonly string[];
  folders: readonly string[];
}

/** A text that completes the query, and the operator it belongs to. */
export interface Completion {
  operator: Operator;
  /** The query with the completion in it. */
  query: string;
  /** The part that is shown. */
  shown: string;
}

/** The completions of the last word of a query: values of the operator it names, or operators that it begins. */
export function completionsOf(query: string, known: KnownValues): Completion[] {
  const last = /\S*$/.exec(query)?.[0] ?? '';
  const before = query.slice(0, query.length - last.length);
  const [, name = '', value = ''] = /^(path|lang|repo):(.*)$/.exec(last) ?? [];
  if (name === 'path' || name === 'lang' || name === 'repo') {
    const values = { path: known.folders, lang: known.languages, repo: known.repositories }[name];
    return values
      .filter((one) => one !== value && one.toLowerCase().includes(value.toLowerCase()) && !/\s/.test(one))
      .slice(0, 8)
      .map((one) => ({ operator: name, shown: one, query: `${before}${name}:${one} ` }));
  }
  const isNew = last === '';
  return OPERATORS.filter(({ insert }) => (isNew ? true : insert !== last && insert.startsWith(last))).map(
    ({ key, insert, example }) => ({ operator: key, shown: example, query: `${before}${insert}` }),
  );
}
