import type { FileDigest } from '@project-sync/knowledge';
import {
  pathFromBytes,
  showPath,
  type ContextWanted,
  type PatternContext,
  type PatternResult,
  type PatternsStart,
  type PatternStore,
  type TouchedInput,
} from '@project-sync/sync';
import { plannedOnce } from '../../database/planned-once.ts';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';
import { declaredColumns, declaredRules, type DeclaredRow } from './declared-rules.ts';
import { readDigests, writeDigests } from './digest-shards.ts';
import { KeptDigests } from './kept-digests.ts';
import { publishPatterns } from './pattern-rows.ts';
import { patternsBase, type PatternsBase } from './patterns-base.ts';
import { touchedFiles } from './touched-files.ts';

// $2 repository, $3 branch, $4 number, $5 number of syncs, $6 most files: the first sync of a branch brings everything, and says nothing of
// changes. $7 the branch and $8 the number of the snapshot to start from, $9 rules.
const context = `
  SELECT ${declaredColumns},
         (SELECT json_agg(r.paths ORDER BY r.added)
            FROM (SELECT f.added, json_agg(encode(f.path, 'hex') ORDER BY f.path) AS paths FROM repository_file f
                   WHERE f.project_id = $1 AND f.branch_id = $3 AND f.added > greatest(1, $4::int4 - $5::int4) AND f.added <= $4
                   GROUP BY f.added HAVING count(*) <= $6) AS r) AS recent,
         (SELECT json_agg(json_build_array(detector, subject) ORDER BY detector, subject) FROM pattern
           WHERE project_id = $1 AND branch_id = $7 AND added <= $8 AND (superseded IS NULL OR superseded > $8)
             AND detector = ANY ($9::text[])) AS open`;

interface ContextRow extends DeclaredRow {
  readonly recent: readonly (readonly string[])[] | null;
  readonly open: readonly (readonly [detector: string, subject: string])[] | null;
}

/** $5 version, $6 hash of the rules that people declared */
const finished = 'patterns_at = now(), patterns_version = $5, declared_hash = $6';

/** The patterns of one claimed sync's snapshot, stored beside its rows. */
export class StoredPatterns implements PatternStore {
  readonly #writes: FencedWrites;
  readonly #kept: KeptDigests;
  #base: PatternsBase | null = null;
  #declaredHash: string | null = null;
  #version = 0;
  /** All digests of the base, once they were given out. */
  #taken: Map<string, FileDigest> | null = null;

  constructor({ keptDigests = new KeptDigests(), ...options }: SyncStoreOptions) {
    this.#writes = new FencedWrites(options);
    this.#kept = keptDigests;
  }

  async start(version: number): Promise<PatternsStart> {
    const { start, base } = await patternsBase(this.#once, this.#place, version);
    this.#base = base;
    this.#version = version;
    return start;
  }

  async digests(paths: ReadonlySet<string> | null): Promise<Map<string, FileDigest>> {
    if (this.#base === null) return new Map();
    this.#taken ??= this.#takeKept(this.#base);
    if (this.#taken !== null) return this.#taken;
    const { projectId } = this.#writes.sync;
    const read = await readDigests(this.#once, { projectId, branchId: this.#base.branchId }, paths);
    if (paths === null) this.#taken = read;
    return read;
  }

  async context({ syncs, mostFiles, rules }: ContextWanted): Promise<PatternContext> {
    const { projectId, repositoryId, branchId, number } = this.#writes.sync;
    const from = [this.#base?.branchId ?? null, this.#base?.number ?? null];
    const params = [projectId, repositoryId, branchId, number, syncs, mostFiles, ...from, rules];
    const [row] = await this.#once.query<ContextRow>(context, params);
    const { declared, hash } = declaredRules(row);
    this.#declaredHash = hash;
    return {
      declared,
      isDeclaredAnew: hash !== (this.#base?.declaredHash ?? null),
      recent: (row?.recent ?? []).map((paths) =>
        paths.map((hex) => showPath(pathFromBytes(Buffer.from(hex, 'hex')))),
      ),
      open: (row?.open ?? []).map(([rule, subject]) => ({ rule, subject })),
    };
  }

  touched(): AsyncGenerator<readonly TouchedInput[]> {
    return touchedFiles(this.#base?.isOwn === true ? this.#once : this.#sql, this.#place, this.#base);
  }

  async publish({ version, results, files, changed }: PatternResult): Promise<void> {
    const { sync } = this.#writes;
    const base = this.#base;
    const columns = { set: finished, params: [version, this.#declaredHash] };
    await this.#writes.end(columns, async (transaction) => {
      const sql = base?.isOwn === true ? plannedOnce(transaction) : transaction;
      await publishPatterns(sql, sync, { base, results });
      await writeDigests(sql, sync, { files, changed, base });
    });
    this.#keep(files);
  }

  /** Keeps the digests of the snapshot for the next sync of the branch, if all of them are known. */
  #keep(files: Map<string, FileDigest>): void {
    const base = this.#base;
    // A sync without a change asked for none.
    const isUntouched = base !== null && this.#taken === null && files.size === 0;
    const now = isUntouched ? this.#takeKept(base) : base === null || files === this.#taken ? files : null;
    if (now !== null) this.#kept.set(this.#keyOf(this.#writes.sync.id), now);
  }

  /** The kept digests of the base. Those of another branch stay there too. */
  #takeKept({ syncId, isOwn }: PatternsBase): Map<string, FileDigest> | null {
    return isOwn ? this.#kept.take(this.#keyOf(syncId)) : this.#kept.copy(this.#keyOf(syncId));
  }

  /** The thousands of a version change with the digests. */
  #keyOf(syncId: string): string {
    return `${syncId} ${Math.floor(this.#version / 1000)}`;
  }

  get #sql() {
    return this.#writes.database.system;
  }

  get #once() {
    return plannedOnce(this.#sql);
  }

  get #place(): [string, string, number] {
    const { projectId, branchId, number } = this.#writes.sync;
    return [projectId, branchId, number];
  }
}
