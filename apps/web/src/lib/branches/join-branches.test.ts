import { expect, test } from 'vitest';
import { joinBranches } from './join-branches.ts';

const branch = (name: string, isDefault = false) => ({ name, isDefault });

test('a stored branch that the source has lost is listed as gone, after those of the source', () => {
  const found = joinBranches({ totalCount: 2, nodes: [branch('a'), branch('main', true)] }, [
    branch('old'),
    branch('a'),
  ]);
  expect(found.branches.map(({ name, isGone }) => [name, isGone])).toEqual([
    ['main', false],
    ['a', false],
    ['old', true],
  ]);
  expect(found.total).toBe(3);
});

test('while the source does not answer, the stored branches are listed and none is called gone', () => {
  expect(joinBranches(null, [branch('old')]).branches).toEqual([{ ...branch('old'), isGone: false }]);
});

test('a branch beyond the first page of the source is not called gone', () => {
  expect(joinBranches({ totalCount: 51, nodes: [branch('a')] }, [branch('z')]).branches).toHaveLength(1);
});
