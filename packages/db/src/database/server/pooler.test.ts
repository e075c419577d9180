import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { insertProject } from '../../testing/insert-rows.ts';
import { openTestDatabase } from '../../testing/index.ts';
import { notificationArrives } from '../../live/notification-arrives.ts';
import { openServer } from './open-server.ts';

/** Parameters that pgbouncer takes at the start of a connection. */
const taken = new Set(['user', 'database', 'application_name', 'client_encoding', 'datestyle', 'timezone']);
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function freePort(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return address instanceof Object ? address.port : 0;
}

/** A server that speaks the first message of PostgreSQL's protocol as pgbouncer does, and knows no user. */
async function refusingPooler(): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (startup) => {
      const fields = startup.subarray(8).toString('utf8').split('\0');
      const names = fields.filter((_field, index) => index % 2 === 0 && fields[index] !== '');
      asked.push(...names);
      const foreign = names.find((name) => !taken.has(name));
      const message = foreign === undefined ? 'no such user' : `unsupported startup parameter: ${foreign}`;
      const body = Buffer.from(`SFATAL\0C08P01\0M${message}\0\0`);
      const head = Buffer.alloc(5);
      head.write('E');
      head.writeInt32BE(body.length + 4, 1);
      socket.end(Buffer.concat([head, body]));
    });
  });
  stops.push(() => server.close());
  return { port: await freePort(server), asked };
}

test('a connection asks for no parameter that a pooler refuses, and what it refuses is said', async () => {
  const { port, asked } = await refusingPooler();
  const url = `postgresql://u@127.0.0.1:${port}/d`;
  await expect(openServer({ url })).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.stringContaining('refuses: no such user') as string,
  });
  expect(asked.filter((name) => !taken.has(name))).toEqual([]);
  await expect(openServer({ url: `${url}?statement_timeout=5000` })).rejects.toMatchObject({
    message: expect.stringMatching(
      /refuses: unsupported startup parameter: statement_timeout\. A pooler such as pgbouncer/,
    ) as string,
  });
});

const hasPooler = spawnSync('pgbouncer', ['--version']).status === 0;
const server = process.env['TEST_DATABASE_URL'] ?? '';

/** Starts a pgbouncer in transaction mode before a database, with one connection to it. */
async function openPooler(url: string): Promise<string> {
  const { hostname, port, pathname } = new URL(url);
  const probe = createServer();
  const own = await freePort(probe);
  probe.close();
  await once(probe, 'close');
  const folder = await mkdtemp(join(tmpdir(), 'project-sync-pooler-'));
  const file = join(folder, 'pgbouncer.ini');
  await chmod(folder, 0o755);
  await writeFile(join(folder, 'users'), '"postgres" ""\n');
  await writeFile(
    file,
    [
      '[databases]',
      `pooled = host=${hostname} port=${port} dbname=${pathname.slice(1)} user=postgres`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${own}`,
      'unix_socket_dir =',
      'auth_type = any',
      'pool_mode = transaction',
      'default_pool_size = 4',
    ].join('\n'),
  );
  // It refuses to run as root.
  const asRoot = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  const child: ChildProcess = spawn('pgbouncer', [file], { stdio: 'ignore', ...asRoot });
  stops.push(async () => {
    const gone = once(child, 'exit');
    if (child.exitCode === null && child.kill('SIGTERM')) await gone;
    await rm(folder, { recursive: true, force: true });
  });
  await expect
    .poll(
      () =>
        once(connect(own, '127.0.0.1'), 'connect').then(
          ([]) => true,
          () => false,
        ),
      { timeout: 10_000 },
    )
    .toBe(true);
  return `postgresql://postgres@127.0.0.1:${own}/pooled`;
}

test.skipIf(server === '' || !hasPooler)(
  'behind pgbouncer in transaction mode transactions keep their limits, tenants their walls, and notifications arrive',
  async () => {
    await using opened = await openTestDatabase();
    if (opened.url === null) throw new Error('A server was asked for.');
    const url = await openPooler(opened.url);
    const database = await openServer({ url, listenUrl: opened.url, connections: 8 });
    stops.push(() => database.close());
    const projectId = await insertProject(opened.database);
    const heard = Promise.withResolvers<string>();
    await database.listen('through_pooler', heard.resolve);
    const limit = `SELECT current_setting('idle_in_transaction_session_timeout') AS "limit"`;
    expect(await database.transaction((sql) => sql.query(limit))).toEqual([{ limit: '10s' }]);
    expect(await database.system.query(limit)).toEqual([{ limit: '0' }]);
    const tenant = { userId: 'a stranger', projectId: null };
    const seen = await Promise.all(
      Array.from({ length: 12 }, () =>
        database.asTenant(tenant, async (scope) => {
          const [row] = await scope.query<{ limit: string }>(limit);
          return [row?.limit, (await scope.prisma.project.findMany()).length];
        }),
      ),
    );
    expect(seen).toEqual(seen.map(() => ['10s', 0]));
    expect(await database.prisma.project.count({ where: { id: projectId } })).toBe(1);
    await database.system.query(`SELECT pg_notify('through_pooler', 'heard')`);
    expect(await heard.promise).toBe('heard');
    expect(await notificationArrives(database, 5000)).toBe(true);
    // Through the pooler alone a notification is lost, which the doctor must notice.
    const deaf = await openServer({ url, connections: 2 });
    stops.push(() => deaf.close());
    expect(await notificationArrives(deaf, 1000)).toBe(false);
  },
);
