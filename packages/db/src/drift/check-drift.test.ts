import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { checkDrift } from './check-drift.ts';

const url = process.env['TEST_DATABASE_URL'] ?? null;

test('the migrations create the tables of the schema', async () => {
  expect(await checkDrift({ url })).toBeNull();
});

test('a column that no migration adds is reported as the SQL that would add it', async () => {
  const own = await readFile(new URL('../../../../prisma/schema.prisma', import.meta.url), 'utf8');
  const schema = own.replace('model Project {\n', 'model Project {\n  motto String?\n');
  expect(await checkDrift({ url, schema })).toContain('ALTER TABLE "project" ADD COLUMN     "motto" TEXT');
});
