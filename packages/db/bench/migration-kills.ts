import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Kills a running migration again and again, and looks at what the next run finds. Takes the number of kills.
const kills = Number(process.argv[2] ?? 50);
const command = fileURLToPath(new URL('../../../scripts/db-migrate-safe', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'migration-kills-'));
const folder = join(home, 'migrations');
cpSync(fileURLToPath(new URL('../../../prisma/migrations', import.meta.url)), folder, { recursive: true });

/** Runs the command; a delay kills it then. */
function run(killAfter?: number): Promise<{ code: number | null; ms: number; output: string }> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, ['--migrations', folder, '--json'], {
      env: { ...process.env, DATA_DIR: home },
    });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ms: performance.now() - startedAt, output });
    });
  });
}

function put(name: string, sql: string): void {
  mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, 'migration.sql'), sql);
}

put(
  '8000_notes',
  `create table notes (id int primary key, body text, embedding vector(1536));
   insert into notes select n, 'note ' || n, v.embedding from generate_series(1, 382) n,
     lateral (select array_agg(sin(n * d))::real[]::vector(1536) as embedding from generate_series(1, 1536) d) v;`,
);
const first = await run();
if (first.code !== 0) throw new Error(first.output);
put('8001_look', 'select 1;');
const whole = await run();
const censusOf = (output: string): string | undefined =>
  /"column":"public.notes.embedding","count":\d+,"hash":"\w+"/.exec(output)?.[0];
const expected = censusOf(whole.output);
let lost = 0;
let stuck = 0;
let inTime = 0;
for (let round = 1; round <= kills; round += 1) {
  const number = String(round).padStart(3, '0');
  put(
    `9${number}_a_change`,
    `alter table notes add column extra_${number} text; update notes set extra_${number} = md5(body) where extra_${number} is null;
     create index notes_extra_${number} on notes (extra_${number});`,
  );
  put(`9${number}_b_change`, `create table kept_${number} as select id, embedding from notes where id < 40;`);
  // From before the database is open to after the migration has ended.
  const killed = await run((whole.ms * 1.2 * round) / kills);
  if (killed.code === null) inTime += 1;
  put(`9${number}_c_look`, 'select 1;');
  const next = await run();
  if (next.code !== 0) stuck += 1;
  if (censusOf(next.output) !== expected) lost += 1;
}
rmSync(home, { recursive: true });
console.log('| kills | hit a running command | next runs that failed | runs with a vector lost or changed |');
console.log('| --- | --- | --- | --- |');
console.log(`| ${kills} | ${inTime} | ${stuck} | ${lost} |`);
if (stuck + lost > 0) process.exitCode = 1;
