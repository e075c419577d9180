import { chargedSql } from '../database/account.ts';
import type { Sql } from '../database/database.ts';
import type { VectorWrites } from '../database/vector-writes.ts';
import { SIGNS_BYTES, VectorSigns } from './vector-signs.ts';

/** Vectors of one page, so that a page is a short statement. */
const PAGE = 1500;
/** Below this the database scans as quickly. */
const FEW = 4000;
/** Above this the scan would hold up the thread that answers for too long. */
const MANY = 100_000;
/** All scopes together. */
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_ASKED = 1000;

const page = `
  SELECT string_agg(uuid_send(e.hash) || substring(bit_send(e.bits) FROM 5), ''::bytea ORDER BY e.hash) AS rows
    FROM (SELECT e.hash, e.bits FROM embedding e
           WHERE e.project_id = $1 AND e.model = $2 AND e.hash > $3::uuid ORDER BY e.hash LIMIT ${PAGE}) e`;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** Signs as they were after a number of statements that wrote vectors; null while they are read, or where they are not kept. */
interface Kept {
  readonly writes: number;
  signs: VectorSigns | null;
}

/** The vectors of a project under one model. */
export interface Vectors {
  readonly projectId: string;
  readonly model: string;
}

/**
 * Keeps the signs of vectors in memory, so that a question need not read each of them from the database. They serve exactly as
 * long as no statement of this process may have written a vector, and only where no other process writes.
 */
export class SignCache {
  readonly #kept = new Map<string, Kept>();
  /** The number of writes at the last question of each project that had to scan. */
  readonly #asked = new Map<string, number>();
  readonly #writes: VectorWrites;
  readonly #few: number;

  constructor(writes: VectorWrites, few = FEW) {
    this.#writes = writes;
    this.#few = few;
  }

  /** The signs of all vectors of a project, if they are known. */
  of({ projectId, model }: Vectors): VectorSigns | null {
    const key = `${projectId} ${model}`;
    const kept = this.#kept.get(key);
    if (kept === undefined || kept.writes !== this.#writes.count) return null;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.signs;
  }

  /**
   * Called after a question that had to scan. The second one between two writes begins to read the signs, so that nothing is read
   * in vain while a sync embeds. Resolves when they are there.
   */
  async learn(sql: Sql, vectors: Vectors, passages: number): Promise<void> {
    if (passages < this.#few || passages > MANY) return;
    const key = `${vectors.projectId} ${vectors.model}`;
    const writes = this.#writes.count;
    if (this.#asked.get(key) !== writes) {
      if (this.#asked.size > MOST_ASKED) this.#asked.clear();
      this.#asked.set(key, writes);
      return;
    }
    if (this.#kept.get(key)?.writes === writes) return;
    const kept: Kept = { writes, signs: null };
    this.#kept.set(key, kept);
    try {
      kept.signs = await this.#read(sql, vectors, writes);
    } catch {
      // The next question asks again, and until then the database scans.
      this.#kept.delete(key);
    }
    this.#makeRoom();
  }

  async #read(sql: Sql, { projectId, model }: Vectors, writes: number): Promise<VectorSigns | null> {
    const patient = chargedSql(sql, { name: `signs ${projectId}`, isPatient: true });
    const pages: Uint8Array[] = [];
    for (let after = BEFORE_ALL, rows = PAGE; rows === PAGE;) {
      const [row] = await patient.query<{ rows: Uint8Array | null }>(page, [projectId, model, after]);
      const bytes = row?.rows ?? new Uint8Array();
      if (this.#writes.count !== writes || pages.length * PAGE > MANY) return null;
      pages.push(bytes);
      rows = bytes.byteLength / SIGNS_BYTES;
      const last = bytes.subarray(bytes.byteLength - SIGNS_BYTES, bytes.byteLength - SIGNS_BYTES + 16);
      after = Buffer.from(last).toString('hex');
    }
    return new VectorSigns(pages);
  }

  #makeRoom(): void {
    let bytes = 0;
    for (const [key, { signs }] of [...this.#kept].reverse()) {
      bytes += (signs?.count ?? 0) * SIGNS_BYTES;
      if (bytes > MOST_BYTES) this.#kept.delete(key);
    }
  }
}

const caches = new WeakMap<VectorWrites, SignCache>();

/** The signs of the database behind a connection; null where other processes write to it too. */
export function signCacheOf({ vectorWrites }: Sql): SignCache | null {
  if (vectorWrites === undefined) return null;
  let cache = caches.get(vectorWrites);
  if (cache === undefined) caches.set(vectorWrites, (cache = new SignCache(vectorWrites)));
  return cache;
}
