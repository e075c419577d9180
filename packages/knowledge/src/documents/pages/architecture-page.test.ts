import { describe, expect, test } from 'vitest';
import { summaryOf, type ModuleSummary } from '../module-summary.ts';
import { architectureInputs, architecturePageOf } from './architecture-page.ts';
import { file, moduleAt } from '../testing/sample-modules.ts';

/** Reads a flowchart as Mermaid's grammar has it; throws at a line that is none. */
function readFlowchart(markdown: string): { nodes: Map<string, string>; edges: [string, string, number][] } {
  const [first, ...rest] = (/```mermaid\n([\s\S]*?)\n```/.exec(markdown)?.[1] ?? '').split('\n');
  expect(first).toBe('flowchart LR');
  const nodes = new Map<string, string>();
  const edges: [string, string, number][] = [];
  for (const line of rest) {
    const node = /^ {2}(n\d+)\["([^"<>`;&]*|(?:[^"<>`;&]|#\d+;)*)"\]$/.exec(line);
    const edge = /^ {2}(n\d+) -->\|(\d+)\| (n\d+)$/.exec(line);
    if (node !== null)
      nodes.set(
        node[1] ?? '',
        (node[2] ?? '').replace(/#(\d+);/g, (_, at: string) => String.fromCodePoint(Number(at))),
      );
    else if (edge !== null) edges.push([edge[1] ?? '', edge[3] ?? '', Number(edge[2])]);
    else throw new Error(`This is no line of a flowchart: ${line}`);
  }
  return { nodes, edges };
}

describe('the page on architecture', () => {
  const part = (path: string, needs: readonly string[] = []) => ({
    ...summaryOf({ path, files: [file(`${path}/a.ts`)], symbols: [], purpose: null, imports: [] }),
    needs: needs.map((name, index) => ({ name, imports: index + 1, path: `${path}/a.ts`, line: index + 1 })),
  });
  const pageOf = (modules: readonly ModuleSummary[]) =>
    architecturePageOf(architectureInputs({ modules, manifests: [] }));

  test('draws the imports that are there', () => {
    const { content } = pageOf([part('a', ['b', 'we"ird<b>`;&']), part('b'), part('we"ird<b>`;&', ['a'])]);
    const { nodes, edges } = readFlowchart(content);
    expect([...nodes.values()]).toEqual(['a', 'b', 'we"ird<b>`;&']);
    expect(edges).toEqual([
      ['n0', 'n1', 1],
      ['n0', 'n2', 2],
      ['n2', 'n0', 1],
    ]);
    expect(content).toContain(
      'import each other. ([a.ts:2](a/a.ts#L2), [a.ts:1](we%22ird%3Cb%3E%60%3B%26/a.ts#L1))',
    );
  });

  test('joins thousands of folders until they can be read', () => {
    const modules = Array.from({ length: 5000 }, (_, index) =>
      part(`src/p${index % 20}/m${index}`, [`src/p${(index + 1) % 20}/m0`]),
    );
    const { content } = pageOf(modules);
    const { nodes, edges } = readFlowchart(content);
    expect(nodes.size).toBe(20);
    expect(edges).toHaveLength(20);
    expect(content).toContain('5,000 folders with source files, shown here as 20 parts.');
    expect(content.length).toBeLessThan(20_000);
    const flat = pageOf(Array.from({ length: 3000 }, (_, index) => part(`m${index}`)));
    expect(readFlowchart(flat.content).nodes.size).toBe(24);
    expect(flat.content).toContain('2,976 smaller parts are left out');
  });

  test('names the folders of a part, its exports, or its files', () => {
    const { content } = pageOf([
      ...Array.from({ length: 30 }, (_, index) => part(`lib/x/m${index}`)),
      summaryOf({ ...moduleAt('store'), purpose: null }),
      part('tools'),
    ]);
    expect(content).toContain('1 file with about 10 lines of code: [a.ts](tools/a.ts), without exports.');
    expect(content).toContain('of code: It exports `Store`. ([index.ts:2](store/index.ts#L2))');
    expect(content).toContain('of code: the folders [m0](lib/x/m0), [m1](lib/x/m1), ');
    expect(content).toContain(' and 22 more.');
  });

  test('leaves circles inside of a crate to Rust, and says so', () => {
    const crate = (path: string, need: string) => ({ ...part(path, [need]), lines: { rust: 10 } });
    expect(pageOf([crate('src', 'src/a'), crate('src/a', 'src')]).content).toContain(
      'which Rust sees as one.',
    );
  });

  test('names the layers from the parts that no other imports', () => {
    expect(pageOf([part('a', ['b']), part('b', ['c']), part('c')]).content).toContain(
      '- Layer 0: `a`.\n- Layer 1: `b`.\n- Layer 2: `c`.',
    );
    expect(pageOf([part('a', ['b']), part('b', ['a', 'c']), part('c'), part('d')]).content).toContain(
      '- Layer 0: `a` and `b`.\n- Layer 1: `c`.\n',
    );
  });
});
