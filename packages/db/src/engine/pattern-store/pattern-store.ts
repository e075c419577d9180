import type { Declared, FileDigest } from '@project-sync/knowledge';
import {
  pathFromBytes,
  showPath,
  type PatternResult,
  type PatternsStart,
  type PatternStore,
  type TouchedInput,
} from '@project-sync/sync';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';
import { declaredRules } from './declared-rules.ts';
import { readDigests, writeDigests } from './digest-shards.ts';
import { publishPatterns } from './pattern-rows.ts';
import { patternsBase, type PatternsBase } from './patterns-base.ts';
import { touchedFiles } from './touched-files.ts';

const open = `
  SELECT subject FROM pattern
   WHERE project_id = $1 AND branch_id = $2 AND added <= $3 AND (superseded IS NULL OR superseded > $3) AND detector = ANY ($4::text[])
   ORDER BY detector, subject`;

// $4 number of syncs, $5 most files: the first sync of a branch brings everything, and says nothing of changes.
const recent = `
  SELECT f.added, array_agg(encode(f.path, 'hex') ORDER BY f.path) AS paths FROM repository_file f
   WHERE f.project_id = $1 AND f.branch_id = $2 AND f.added > greatest(1, $3::int4 - $4::int4) AND f.added <= $3
   GROUP BY f.added HAVING count(*) <= $5
   ORDER BY f.added`;

const finished = `
  UPDATE project_sync SET patterns_at = now(), patterns_version = $3, declared_hash = $4 WHERE project_id = $1 AND id = $2`;

/** The patterns of one claimed sync's snapshot, stored beside its rows. */
export class StoredPatterns implements PatternStore {
  readonly #writes: FencedWrites;
  #base: PatternsBase | null = null;
  #declaredHash: string | null = null;

  constructor(options: SyncStoreOptions) {
    this.#writes = new FencedWrites(options);
  }

  async start(version: number): Promise<PatternsStart> {
    const { start, base } = await patternsBase(this.#sql, this.#place, version);
    this.#base = base;
    return start;
  }

  async digests(paths: ReadonlySet<string> | null): Promise<Map<string, FileDigest>> {
    if (this.#base === null) return new Map();
    const { projectId } = this.#writes.sync;
    return readDigests(this.#sql, { projectId, branchId: this.#base.branchId }, paths);
  }

  async declared(): Promise<{ readonly declared: Declared; readonly isSame: boolean }> {
    const { declared, hash } = await declaredRules(this.#sql, this.#writes.sync);
    this.#declaredHash = hash;
    return { declared, isSame: hash === (this.#base?.declaredHash ?? null) };
  }

  touched(): AsyncGenerator<readonly TouchedInput[]> {
    return touchedFiles(this.#sql, this.#place, this.#base);
  }

  async open(rules: readonly string[]): Promise<readonly string[]> {
    if (this.#base === null) return [];
    const { branchId, number } = this.#base;
    const place = [this.#writes.sync.projectId, branchId, number];
    const rows = await this.#sql.query<{ subject: string }>(open, [...place, rules]);
    return rows.map(({ subject }) => subject);
  }

  async recentChanges(syncs: number, mostFiles: number): Promise<readonly (readonly string[])[]> {
    const rows = await this.#sql.query<{ paths: readonly string[] }>(recent, [
      ...this.#place,
      syncs,
      mostFiles,
    ]);
    return rows.map(({ paths }) => paths.map((hex) => showPath(pathFromBytes(Buffer.from(hex, 'hex')))));
  }

  async publish({ version, results, files, changed }: PatternResult): Promise<void> {
    const { sync } = this.#writes;
    const base = this.#base;
    await this.#writes.write(null, async (sql) => {
      await publishPatterns(sql, sync, { base, results });
      await writeDigests(sql, sync, { files, changed: base?.isOwn === true ? changed : null });
      await sql.execute(finished, [sync.projectId, sync.id, version, this.#declaredHash]);
    });
  }

  get #sql() {
    return this.#writes.database.system;
  }

  get #place(): [string, string, number] {
    const { projectId, branchId, number } = this.#writes.sync;
    return [projectId, branchId, number];
  }
}
