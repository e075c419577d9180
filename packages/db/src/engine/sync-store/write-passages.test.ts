import { randomUUID } from 'node:crypto';
import { passageOf } from '@project-sync/knowledge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertProject, openTestDatabase, type TestDatabase } from '../../testing/index.ts';
import { writePassages } from './write-passages.ts';

let opened: TestDatabase;
let projectId: string;

beforeAll(async () => {
  opened = await openTestDatabase();
  projectId = await insertProject(opened.database);
});
afterAll(() => opened.close());

test('a text that stands a thousand times is sent once, and all texts in the order of their hashes', async () => {
  const rowOf = (said: string) => ({ ...passageOf(said), head: null });
  const rows = [
    ...Array.from({ length: 1000 }, () => rowOf('word '.repeat(200))),
    rowOf('quay'),
    rowOf('berth'),
  ];
  let sent: unknown[] = [];
  await opened.database.transaction((sql) =>
    writePassages(
      {
        ...sql,
        execute: (text, params, options) => {
          sent = params?.[1] as string[];
          return sql.execute(text, params, options);
        },
      },
      { projectId, id: randomUUID() },
      rows,
    ),
  );
  const stored = await opened.database.system.query<{ hash: string }>(
    'SELECT hash::text AS hash FROM passage WHERE project_id = $1 ORDER BY hash',
    [projectId],
  );
  expect(stored).toHaveLength(3);
  expect(sent).toEqual(stored.map(({ hash }) => hash));
});
