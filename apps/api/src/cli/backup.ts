import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  closeToOthers,
  DbError,
  openDatabase,
  restoreBackup,
  writeBackup,
  type Database,
  type WrittenBackup,
} from '@project-sync/db';
import { environmentOf, readConfiguration, type Configuration } from '../configuration.ts';
import { EXIT } from './command.ts';
import { jsonLine } from './output.ts';
import type { Arguments } from './parse-arguments.ts';
import type { Surroundings } from './surroundings.ts';

/** Writes everything, or one project, into a file. */
export async function backup(
  { words: [word = ''], flags }: Arguments,
  { environment, output, signal }: Surroundings,
): Promise<number> {
  const file = resolve(word);
  const configuration = readConfiguration(environmentOf(environment));
  if (configuration.DATABASE_URL === undefined && !existsSync(join(configuration.DATA_DIR, 'database')))
    throw new DbError('MIGRATIONS_PENDING', `There is no database in ${configuration.DATA_DIR}.`);
  const { bytes, tables } = await withDatabase(configuration, (database) =>
    writeBackup(database, { file, project: flags.project ?? null, signal }),
  );
  if (flags.json) output.log(jsonLine({ file, bytes, tables }));
  else {
    counts(tables).forEach((line) => output.log(line));
    output.log(
      `Backed up to ${file}, ${bytes} bytes. Store APP_SECRET with it: the tokens of repositories need it.`,
    );
  }
  return EXIT.done;
}

/** Restores such a file into an empty database, or one project into an instance that lacks it. */
export async function restoreFile(
  { words: [word = ''], flags }: Arguments,
  { environment, output }: Surroundings,
): Promise<number> {
  const file = resolve(word);
  const configuration = readConfiguration(environmentOf(environment));
  await mkdir(configuration.DATA_DIR, { recursive: true, mode: 0o700 });
  closeToOthers(configuration.DATA_DIR);
  const restored = await withDatabase(configuration, (database) => restoreBackup(database, file));
  if (flags.json) output.log(jsonLine({ file, ...restored }));
  else {
    counts(restored.tables).forEach((line) => output.log(line));
    const what = restored.project === null ? 'Everything' : `The project ${restored.project}`;
    output.log(
      `${what} of ${restored.createdAt} is restored. Every count and hash was read back and is equal.`,
    );
  }
  return EXIT.done;
}

async function withDatabase<T>(
  { DATABASE_URL: url, DATA_DIR: dataDir }: Configuration,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(
    url === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url, connections: 3 },
  );
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function counts(tables: WrittenBackup['tables']): string[] {
  return tables
    .filter(({ rows }) => rows > 0)
    .map(({ table, rows, hash }) => `${table.padEnd(22)} ${String(rows).padStart(9)} rows  ${hash}`);
}
