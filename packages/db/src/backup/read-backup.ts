import { createReadStream } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { DbError } from '../database/db-error.ts';
import {
  type BackupHead,
  type BackupTail,
  fileHash,
  FORMAT_VERSION,
  parseHead,
  parseTableStart,
  parseTail,
  RowSum,
  type TableStart,
} from './backup-format.ts';

/** A line of a backup between its first and its last. */
export type BackupLine =
  { readonly kind: 'table'; readonly start: TableStart } | { readonly kind: 'row'; readonly line: string };

/** The first and the last line of a backup that is whole. */
export interface CheckedBackup {
  readonly head: BackupHead;
  readonly tail: BackupTail;
}

function damaged(file: string, why: string, cause?: unknown): DbError {
  return new DbError('BACKUP_DAMAGED', `${file} cannot be restored: ${why}. Nothing was changed.`, { cause });
}

/** Reads all of a backup and throws where it is cut, altered or of another format. */
export async function checkBackup(file: string): Promise<CheckedBackup> {
  const whole = fileHash();
  const sums: { table: string; sum: RowSum }[] = [];
  let head: BackupHead | null = null;
  let tail: BackupTail | null = null;
  for await (const line of linesOf(file)) {
    if (tail !== null) throw damaged(file, 'something follows its last line');
    if (head === null) {
      head = headOf(file, line);
    } else if (line.startsWith('{"end"')) {
      tail = parseTail(line);
      if (tail === null) throw damaged(file, 'its last line cannot be read');
      continue;
    } else if (line.startsWith('{')) {
      const start = parseTableStart(line);
      if (start === null) throw damaged(file, 'a line cannot be read');
      sums.push({ table: start.table, sum: new RowSum() });
    } else sums.at(-1)?.sum.add(line);
    whole.add(line);
  }
  if (head === null || tail === null) throw damaged(file, 'it ends too early');
  if (tail.sha256 !== whole.digest())
    throw damaged(file, 'it was altered: its hash differs from the one in its last line');
  const counted = sums.map(({ table, sum }) => ({ table, rows: sum.rows, hash: sum.hash() }));
  if (JSON.stringify(counted) !== JSON.stringify(tail.tables))
    throw damaged(file, 'a count differs from the one in its last line');
  return { head, tail };
}

function headOf(file: string, line: string): BackupHead {
  const head = parseHead(line);
  if (head === null) throw damaged(file, 'it is no backup of Project Sync');
  if (head.version > FORMAT_VERSION)
    throw damaged(file, `it has format ${head.version}, and this version reads up to ${FORMAT_VERSION}`);
  return head;
}

/** Yields the tables and rows of a backup that was checked. */
export async function* readBackup(file: string): AsyncGenerator<BackupLine> {
  let first = true;
  for await (const line of linesOf(file)) {
    if (!first && line.startsWith('[')) yield { kind: 'row', line };
    else if (!first) {
      const start = parseTableStart(line);
      if (start !== null) yield { kind: 'table', start };
    }
    first = false;
  }
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const text = new PassThrough();
  const reading = pipeline(createReadStream(file), createGunzip(), text);
  // Awaited below; a consumer that stops early must not leave it unhandled.
  reading.catch(() => undefined);
  text.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of text) {
      const parts = (rest + String(chunk)).split('\n');
      rest = parts.pop() ?? '';
      yield* parts;
    }
    await reading;
  } catch (error) {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
    if (error instanceof DbError) throw error;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new DbError('BACKUP_DAMAGED', `${file} cannot be read: ${code}.`, { cause: error });
    throw damaged(file, code === 'Z_BUF_ERROR' ? 'it is cut' : 'it is damaged, or no backup', error);
  } finally {
    text.destroy();
  }
  if (rest !== '') throw damaged(file, 'it is cut');
}
