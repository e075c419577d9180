import { expect, test } from 'vitest';
import { byFile } from './by-file.ts';

const at = (path: string, startLine: number, endLine = startLine) => ({ path, startLine, endLine });

test('evidence is listed by file, each place once, in the order of its lines', () => {
  expect(byFile([at('b.ts', 9), at('a.ts', 3, 5), at('b.ts', 2), at('b.ts', 9)])).toEqual([
    { path: 'a.ts', places: [at('a.ts', 3, 5)] },
    { path: 'b.ts', places: [at('b.ts', 2), at('b.ts', 9)] },
  ]);
  expect(byFile([])).toEqual([]);
});
