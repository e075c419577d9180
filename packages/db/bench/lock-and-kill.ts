import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { DbError, openDatabase } from '../src/index.ts';

// Two promises of the embedded database, tried by force: a second opener is always refused and nothing is lost by it;
// and whatever was acknowledged before a SIGKILL is there after it. Each child is this file again, with a task.
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { openers: { type: 'string', default: '100' }, kills: { type: 'string', default: '200' } },
});
const [task, folder] = positionals;
if (folder === undefined) await measure(Number(values.openers), Number(values.kills));
else if (task === 'intrude') await intrude(folder);
else await writeForEver(folder);

/** Tries to open what another process has, and tells how that ended. */
async function intrude(dataDir: string): Promise<void> {
  try {
    await openDatabase({ kind: 'embedded', dataDir });
    console.log('opened');
  } catch (error) {
    console.log(error instanceof DbError ? `${error.code} ${error.message}` : String(error));
  }
  process.exit(0);
}

/** Tells which rows are there, then writes one after another and tells each when it is acknowledged. */
async function writeForEver(dataDir: string): Promise<never> {
  const begun = performance.now();
  const database = await openDatabase({ kind: 'embedded', dataDir });
  await database.system.script('CREATE TABLE IF NOT EXISTS kept (n int PRIMARY KEY, text text NOT NULL)');
  const [state] = await database.system.query<{ count: number; last: number }>(
    `SELECT count(*)::int AS count, coalesce(max(n), 0) AS last FROM kept WHERE length(text) = 2000`,
  );
  let n = state?.last ?? 0;
  console.log(`open ${Math.round(performance.now() - begun)} ${state?.count} ${n}`);
  for (;;) {
    n += 1;
    await database.transaction((sql) =>
      sql.execute('INSERT INTO kept VALUES ($1, repeat($2, 500))', [n, 'text']),
    );
    console.log(`ack ${n}`);
  }
}

interface Writer {
  readonly child: ChildProcess;
  readonly openMs: number;
  /** How many rows it found, and the highest number among them. */
  readonly found: { readonly count: number; readonly last: number };
  acknowledged(): number;
}

/** Starts a writer and waits until it has written `rows` rows. */
async function startWriter(dataDir: string, rows: number): Promise<Writer> {
  const child = spawn(process.execPath, [import.meta.filename, 'write', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let last = 0;
  const enough = Promise.withResolvers<{ openMs: number; count: number; last: number }>();
  let opened = { openMs: 0, count: 0, last: 0 };
  let acknowledged = 0;
  createInterface({ input: child.stdout }).on('line', (line) => {
    const [word, ...numbers] = line.split(' ');
    if (word === 'open') {
      opened = { openMs: Number(numbers[0]), count: Number(numbers[1]), last: Number(numbers[2]) };
      last = opened.last;
    } else if (word === 'ack') {
      last = Number(numbers[0]);
      acknowledged += 1;
    }
    if (acknowledged >= rows) enough.resolve(opened);
  });
  child.once('exit', (code) => enough.reject(new Error(`A writer ended by itself with ${code}.`)));
  const { openMs, ...found } = await enough.promise;
  return { child, openMs, found, acknowledged: () => last };
}

async function killed(writer: Writer): Promise<number> {
  // What it wrote to its pipe before it died is still to be read.
  const closed = once(writer.child, 'close');
  writer.child.kill('SIGKILL');
  await closed;
  return writer.acknowledged();
}

async function measure(openers: number, kills: number): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'project-sync-kill-'));
  try {
    const owner = await startWriter(dataDir, 1);
    let refused = 0;
    const others = new Set<string>();
    for (let index = 0; index < openers; index += 1) {
      const answer = await ask(dataDir);
      if (answer.startsWith('DATA_DIR_IN_USE') && answer.includes(` ${owner.child.pid}.`)) refused += 1;
      else others.add(answer);
    }
    let acknowledged = await killed(owner);
    const besideOpeners = acknowledged;
    let lost = 0;
    let reopened = 0;
    const times: number[] = [];
    for (let index = 0; index < kills; index += 1) {
      // Killed after another number of writes each time, so that the blow falls at other moments.
      const writer = await startWriter(dataDir, 1 + ((index * 7) % 23));
      reopened += 1;
      times.push(writer.openMs);
      // Numbers have no gaps, so as many rows as the highest number means that each of them is there.
      lost += Math.max(0, acknowledged - writer.found.last) + (writer.found.last - writer.found.count);
      acknowledged = await killed(writer);
    }
    times.sort((a, b) => a - b);
    console.log('| what | figure |\n| --- | --- |');
    console.log(`| second openers refused with the owner's process id | ${refused} of ${openers} |`);
    for (const other of others) console.log(`| another answer | ${other} |`);
    console.log(`| rows acknowledged while they tried | ${besideOpeners} |`);
    console.log(`| SIGKILLs during writes, and reopenings that worked | ${kills}, ${reopened} |`);
    console.log(`| rows acknowledged in all | ${acknowledged} |`);
    console.log(`| acknowledged rows lost | ${lost} |`);
    console.log(
      `| opening after a kill, median and longest | ${times[times.length >> 1]} ms, ${times.at(-1)} ms |`,
    );
    if (refused !== openers || lost !== 0 || reopened !== kills) process.exitCode = 1;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function ask(dataDir: string): Promise<string> {
  const child = spawn(process.execPath, [import.meta.filename, 'intrude', dataDir], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let answer = '';
  child.stdout.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  await once(child, 'close');
  return answer.trim();
}
