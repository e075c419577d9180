import { createHash, type Hash } from 'node:crypto';

/** The version of the format. A reader refuses a later one. */
export const FORMAT_VERSION = 1;

/** The first line. */
export interface BackupHead {
  readonly format: 'project-sync-backup';
  readonly version: number;
  readonly createdAt: string;
  /** Every migration of the database, in order. */
  readonly migrations: readonly string[];
  /** The project, where the backup holds one alone. */
  readonly project: { readonly id: string; readonly slug: string } | null;
  /** The members of that project by their e-mail addresses: people belong to the instance. */
  readonly members: readonly { readonly email: string; readonly role: string }[];
}

/** The line before the rows of a table. */
export interface TableStart {
  readonly table: string;
  readonly columns: readonly string[];
  readonly binary: boolean;
}

/** The number of rows of a table, and a hash of them that does not depend on their order. */
export interface TableCount {
  readonly table: string;
  readonly rows: number;
  readonly hash: string;
}

/** The last line: every count, and the hash of all lines before. */
export interface BackupTail {
  readonly end: 'project-sync-backup';
  readonly tables: readonly TableCount[];
  readonly sha256: string;
}

/** Sums the hashes of rows. */
export class RowSum {
  rows = 0;
  #high = 0n;
  #low = 0n;

  add(line: string): void {
    const digest = createHash('md5').update(line).digest();
    this.rows += 1;
    this.#high = BigInt.asUintN(64, this.#high + digest.readBigUInt64BE(0));
    this.#low = BigInt.asUintN(64, this.#low + digest.readBigUInt64BE(8));
  }

  hash(): string {
    return hex(this.#high) + hex(this.#low);
  }
}

/** The same sum in SQL, over an expression of a line; `hashOf` reads its result. */
export function sumSql(line: string): string {
  const half = (from: number) =>
    `coalesce(sum(('x' || substr(md5(${line}), ${from}, 16))::bit(64)::int8::numeric), 0)::text`;
  return `count(*)::text as rows, ${half(1)} as high, ${half(17)} as low`;
}

export function hashOf({ high, low }: { readonly high: string; readonly low: string }): string {
  return hex(BigInt.asUintN(64, BigInt(high))) + hex(BigInt.asUintN(64, BigInt(low)));
}

function hex(half: bigint): string {
  return half.toString(16).padStart(16, '0');
}

/** The hash of all lines of a file so far. */
export function fileHash(): { add(line: string): void; digest(): string } {
  const hash: Hash = createHash('sha256');
  return { add: (line) => void hash.update(`${line}\n`), digest: () => hash.digest('hex') };
}

/** Returns the first line of a backup; null where a file is none. */
export function parseHead(line: string): BackupHead | null {
  const value = objectOf(line);
  return value['format'] === 'project-sync-backup' &&
    typeof value['version'] === 'number' &&
    Array.isArray(value['migrations'])
    ? (value as unknown as BackupHead)
    : null;
}

/** Returns the line before a table's rows; null where it is none. */
export function parseTableStart(line: string): TableStart | null {
  const value = objectOf(line);
  return typeof value['table'] === 'string' && Array.isArray(value['columns'])
    ? (value as unknown as TableStart)
    : null;
}

/** Returns the last line; null where it is none. */
export function parseTail(line: string): BackupTail | null {
  const value = objectOf(line);
  return value['end'] === 'project-sync-backup' &&
    typeof value['sha256'] === 'string' &&
    Array.isArray(value['tables'])
    ? (value as unknown as BackupTail)
    : null;
}

function objectOf(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    return value instanceof Object ? Object.fromEntries(Object.entries(value)) : {};
  } catch {
    return {};
  }
}
