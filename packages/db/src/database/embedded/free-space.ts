import { statfs } from 'node:fs/promises';
import pg from 'pg';

/** PostgreSQL's code for a full disk. */
export const DISK_FULL = '53100';

/** Below this no writing statement begins: PostgreSQL's log grows by 16 MB at once, and it ends itself where it cannot. */
const LEAST_FREE_BYTES = 96 << 20;
const LOOK_EVERY_MS = 500;

/** Statements that read. All others may make the log grow. */
const reading = /^\s*(?:SELECT|SHOW|SET|RESET|BEGIN|COMMIT|ROLLBACK|LISTEN|UNLISTEN|DEALLOCATE|EXPLAIN)\b/i;
/** Writes inside of a statement that begins like a reading one. `FOR UPDATE` only locks. */
const writing = /\b(?:INSERT\s+INTO|DELETE\s+FROM|UPDATE\s+"?\w+"?(?:\s+\w+)?\s+SET|pg_notify|nextval)\b/i;

/** Returns the bytes that are free. */
export type FreeBytes = () => Promise<number>;

/** Returns the free bytes of a folder's disk for programs that are not the superuser's. */
export const freeBytesOf =
  (folder: string): FreeBytes =>
  async () => {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  };

/**
 * Refuses writes while the disk is nearly full, and lets reads go on. PostgreSQL itself ends where its log cannot grow,
 * and with it every reader.
 */
export class SpaceGuard {
  readonly #freeBytes: FreeBytes;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isFull = false;

  constructor(freeBytes: FreeBytes) {
    this.#freeBytes = freeBytes;
  }

  /** Throws PostgreSQL's own error for a full disk if the statement may write and there is no room. */
  async check(text: string): Promise<void> {
    if (reading.test(text) && !writing.test(text)) return;
    const now = performance.now();
    if (now - this.#lookedAt > LOOK_EVERY_MS) {
      this.#lookedAt = now;
      // A disk whose room cannot be read is left to PostgreSQL.
      const free = await this.#freeBytes().catch(() => Number.POSITIVE_INFINITY);
      this.#isFull = free < LEAST_FREE_BYTES;
    }
    if (!this.#isFull) return;
    const message = 'The disk of the embedded database is nearly full, so it accepts no writes.';
    throw Object.assign(new pg.DatabaseError(message, message.length, 'error'), { code: DISK_FULL });
  }
}
