import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A migration in the folder. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** The file's SHA-256 in hexadecimal, as Prisma records it. */
  readonly checksum: string;
}

/** The migrations of this repository. */
export const ownMigrations = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

/** Reads a folder laid out as Prisma's: `<name>/migration.sql`, applied in the order of their names. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: checksumOf(sql) };
    }),
  );
}

/** Returns the checksum that Prisma records for a migration's text. */
export function checksumOf(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}

/** Returns whether a recorded checksum belongs to this text, with the line endings of any checkout. */
export function hasChecksum(sql: string, recorded: string): boolean {
  const unix = sql.replaceAll('\r\n', '\n');
  return [sql, unix, unix.replaceAll('\n', '\r\n')].some((text) => checksumOf(text) === recorded);
}
