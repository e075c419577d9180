import { createHash, randomUUID } from 'node:crypto';
import { openTestDatabase, type TestDatabase } from '@project-sync/db/testing';
import { acceptInvitation, findInvitation } from '@project-sync/db';
import { afterAll, beforeAll, expect, test } from 'vitest';

let opened: TestDatabase;
beforeAll(async () => {
  opened = await openTestDatabase();
});
afterAll(() => opened.close());

async function invite(role: string, days: number): Promise<string> {
  const { prisma, system } = opened.database;
  const token = randomUUID();
  const project = await prisma.project.create({ data: { slug: `p-${token}`, name: 'P' } });
  await system.execute(
    `INSERT INTO invitation (project_id, id, email, role, token_hash, invited_by, expires_at) VALUES ($1, $2, $3, $4::project_role, $5, 'x', now() + make_interval(days => $6))`,
    [
      project.id,
      randomUUID(),
      `${token}@example.invalid`,
      role,
      createHash('sha256').update(token).digest('hex'),
      days,
    ],
  );
  return token;
}

test('an invitation can be looked at as often as one likes, and taken up once', async () => {
  const token = await invite('EDITOR', 1);
  expect(await findInvitation(opened.database, token)).toMatchObject({ role: 'EDITOR' });
  expect(await findInvitation(opened.database, token)).toMatchObject({ role: 'EDITOR' });
  const both = await Promise.all([
    acceptInvitation(opened.database, token),
    acceptInvitation(opened.database, token),
  ]);
  expect(both.filter((each) => each !== null)).toHaveLength(1);
  expect(
    await opened.database.prisma.projectMember.count({
      where: { user: { email: `${token}@example.invalid` }, role: 'EDITOR' },
    }),
  ).toBe(1);
  expect(await findInvitation(opened.database, token)).toBeNull();
});

test('an invitation that has run out, or never was, opens nothing', async () => {
  expect(await acceptInvitation(opened.database, await invite('OWNER', -1))).toBeNull();
  expect(await acceptInvitation(opened.database, 'nonsense')).toBeNull();
});
