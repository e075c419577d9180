import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../database/database.ts';
import { openServer } from '../../database/server/open-server.ts';
import { insertProject, openTestDatabase, type TestDatabase } from '../../testing/index.ts';
import { applyMigrations } from '../apply-migrations.ts';
import type { MigrationEvent } from '../migrate.ts';

const script = fileURLToPath(new URL('../../../../../scripts/postgres-for-tests.sh', import.meta.url));

/** How to run a program of PostgreSQL: from PATH, or from the server of the tests. Null where there is none. */
async function findTools(): Promise<((name: string) => readonly [string, ...string[]]) | null> {
  if ((process.env['TEST_DATABASE_URL'] ?? '') === '') return null;
  const ways = [(name: string) => [name] as const, (name: string) => [script, 'tool', name] as const];
  for (const way of ways) {
    const [program, ...args] = way('pg_dump');
    const major = await promisify(execFile)(program, [...args, '--version']).then(
      ({ stdout }) => Number(/(\d+)/.exec(stdout)?.[1]),
      () => 0,
    );
    // An older pg_dump refuses a newer server.
    if (major >= 17) return way;
  }
  return null;
}

const tool = await findTools();

async function run(command: readonly [string, ...string[]], input: Uint8Array | null): Promise<Buffer> {
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  let complaint = '';
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  child.stdin.end(input ?? undefined);
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}: ${complaint}`);
  return Buffer.concat(output);
}

describe.skipIf(tool === null)('a database restored with pg_restore (needs a server and its pg_dump)', () => {
  const name = `restored_${randomUUID().replaceAll('-', '')}`;
  let opened: TestDatabase;
  let restored: Database;
  let projectId: string;
  beforeAll(async () => {
    opened = await openTestDatabase();
    const { system } = opened.database;
    projectId = await insertProject(opened.database);
    const hash = randomUUID();
    await system.execute(
      `INSERT INTO passage (project_id, hash, text, tokens, words) VALUES ($1, $2, 'text', 1, ''::tsvector)`,
      [projectId, hash],
    );
    await system.execute(
      `INSERT INTO embedding (project_id, model, hash, vector, bits)
       VALUES ($1, 'm', $2, array_fill(0.5, array[1536])::vector, repeat('1', 1536)::bit(1536))`,
      [projectId, hash],
    );
    const url = opened.url ?? '';
    const target = Object.assign(new URL(url), { pathname: `/${name}` }).href;
    await system.script(`CREATE DATABASE ${name} TEMPLATE template0`);
    const pg = tool ?? ((program: string) => [program] as const);
    const dump = await run([...pg('pg_dump'), '--format=custom', url], null);
    await run([...pg('pg_restore'), '--single-transaction', `--dbname=${target}`], dump);
    restored = await openServer({ url: target, connections: 2 });
  }, 60_000);
  afterAll(async () => {
    await restored.close();
    await opened.database.system.script(`DROP DATABASE ${name} WITH (FORCE)`);
    await opened.close();
  });

  const attacks = [
    'DELETE FROM embedding',
    `UPDATE embedding SET vector = array_fill(0.1, array[1536])::vector`,
    'TRUNCATE embedding',
    'ALTER TABLE passage DROP COLUMN tokens',
    'DROP TABLE embedding CASCADE',
    `UPDATE passage SET text = 'another'`,
  ];

  test.each(attacks)('is guarded as before: %s', async (attack) => {
    await expect(restored.system.script(attack)).rejects.toMatchObject({ code: 'PSG01' });
  });

  test('accepts additions, and a migration with nothing to do', async () => {
    await restored.system.script(
      'CREATE TABLE an_addition (id int); ALTER TABLE passage ADD COLUMN extra text',
    );
    const events: MigrationEvent[] = [];
    const report = (event: MigrationEvent) => void events.push(event);
    expect(await applyMigrations(restored, { report })).toEqual({ outcome: 'nothing-to-do' });
    expect(events).toEqual([]);
  });

  test('a trigger that a broken restore left out is put back by migrate', async () => {
    const events = ['start', 'drop', 'rewrite', 'command'];
    await restored.system.script(
      [
        ...events.map((event) => `DROP EVENT TRIGGER project_sync_guard_${event}`),
        'DROP TRIGGER project_sync_guard_update ON embedding',
      ].join(';'),
    );
    const reported: string[] = [];
    expect(await applyMigrations(restored, { report: ({ kind }) => void reported.push(kind) })).toEqual({
      outcome: 'nothing-to-do',
    });
    expect(reported).toEqual(['guard']);
    for (const attack of attacks)
      await expect(restored.system.script(attack)).rejects.toMatchObject({ code: 'PSG01' });
  });

  test('a release in a restored log releases nothing', async () => {
    await expect(
      restored.transaction(async (sql) => {
        await sql.script(
          `INSERT INTO project_sync_guard.release_log (transaction, scope, reason, role, at)
           VALUES (pg_current_xact_id(), '${projectId}', 'long ago', 'postgres', now() - interval '1 second')`,
        );
        await sql.script('DELETE FROM embedding');
      }),
    ).rejects.toMatchObject({ code: 'PSG01' });
  });
});
