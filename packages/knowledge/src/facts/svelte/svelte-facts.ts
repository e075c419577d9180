import type { FileFacts, SymbolFact } from '../file-facts.ts';

/** The facts of a component's scripts with the component itself, which is what other files import by default. */
export function withComponent(facts: FileFacts, source: string): FileFacts {
  const written = source.split('\n').filter((line) => line.trim() !== '').length;
  const { lines, commentLines } = facts.measures;
  const component: SymbolFact = {
    name: 'component',
    qualifiedName: 'component',
    kind: 'MODULE',
    line: 1,
    startLine: 1,
    endLine: lines,
    signature: null,
    documentation: null,
    isExported: true,
    parent: null,
    owner: null,
    bases: [],
    type: null,
    isStatic: false,
  };
  const binding = { to: 'SYMBOL', symbol: facts.symbols.length } as const;
  return {
    ...facts,
    symbols: [...facts.symbols, component],
    exports: [
      ...facts.exports.filter(({ name }) => name !== 'default'),
      { name: 'default', binding, line: 1 },
    ],
    // Markup is code too.
    measures: { lines, commentLines, codeLines: Math.max(0, written - commentLines) },
  };
}
