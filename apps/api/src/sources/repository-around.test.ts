import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { repositoryAround } from './repository-around.ts';

const root = mkdtempSync(join(tmpdir(), 'around-'));
const quay = join(root, 'quay');
beforeAll(() => {
  for (const folder of [
    'quay/.git/objects',
    'quay/src/deep',
    'quay/vendor/inner/.git',
    'quay/vendor/inner/lib',
    'plain',
  ])
    mkdirSync(join(root, folder), { recursive: true });
  for (const folder of ['objects/pack', 'refs'])
    mkdirSync(join(root, 'bare.git', folder), { recursive: true });
  writeFileSync(join(root, 'bare.git', 'HEAD'), 'ref: refs/heads/main\n');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const isInside = (folder: string) => folder === root || folder.startsWith(`${root}/`);

test('a folder leads to the nearest repository around it, a work tree or a bare one', () => {
  expect(repositoryAround(join(quay, 'src', 'deep'), isInside)).toBe(quay);
  expect(repositoryAround(join(quay, 'vendor', 'inner', 'lib'), isInside)).toBe(
    join(quay, 'vendor', 'inner'),
  );
  expect(repositoryAround(join(quay, '.git', 'objects'), isInside)).toBe(quay);
  expect(repositoryAround(join(root, 'bare.git', 'objects', 'pack'), isInside)).toBe(join(root, 'bare.git'));
});

test('a folder in no repository leads nowhere, and nothing above the allowed folders is looked at', () => {
  expect(repositoryAround(join(root, 'plain'), isInside)).toBeNull();
  expect(repositoryAround('/', () => true)).toBeNull();
  const looked: string[] = [];
  const isBelowSource = (folder: string) => {
    looked.push(folder);
    return folder.startsWith(join(quay, 'src'));
  };
  expect(repositoryAround(join(quay, 'src', 'deep'), isBelowSource)).toBeNull();
  expect(looked).toEqual([join(quay, 'src'), quay]);
});
