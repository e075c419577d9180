import type { Consolidation, ConsolidationStore } from '@project-sync/sync';
import { FencedWrites, type SyncStoreOptions } from '../sync-store/fenced-writes.ts';
import { writeInsights } from './insight-rows.ts';
import { neighbouringStatements, replaceStatements, statementsOfSources } from './statement-rows.ts';
import { readDifferences, readPassages } from './told-sources.ts';

const nextRound = 'UPDATE project SET consolidation = consolidation + 1 WHERE id = $1 AND consolidation = $2';

const endSources = `
  UPDATE insight_source SET superseded_at = now()
   WHERE project_id = $1 AND source = ANY ($2::text[]) AND superseded_at IS NULL`;

/** $2 version, then the sources as parallel arrays */
const putSources = `
  INSERT INTO insight_source (project_id, source, version, written_at, characters, is_read)
  SELECT $1, t.source, $2, t.written_at, t.characters, t.is_read
    FROM unnest($3::text[], $4::timestamptz[], $5::int4[], $6::bool[]) AS t (source, written_at, characters, is_read)
  ON CONFLICT (project_id, source) DO UPDATE
    SET version = excluded.version, written_at = excluded.written_at, characters = excluded.characters,
        is_read = excluded.is_read, superseded_at = NULL`;

/** Storage for the insights of the project that a claimed sync belongs to. */
export class StoredConsolidation implements ConsolidationStore {
  readonly #writes: FencedWrites;

  constructor(options: SyncStoreOptions) {
    this.#writes = new FencedWrites(options);
  }

  start(rules: Parameters<ConsolidationStore['start']>[0]): ReturnType<ConsolidationStore['start']> {
    return readDifferences(this.#sql, this.#projectId, rules);
  }

  passages(
    ...[sources, rules]: Parameters<ConsolidationStore['passages']>
  ): ReturnType<ConsolidationStore['passages']> {
    return readPassages(this.#sql, this.#projectId, { sources, mostOfSource: rules.mostOfSource });
  }

  statementsOf(sources: readonly string[]): ReturnType<ConsolidationStore['statementsOf']> {
    return statementsOfSources(this.#sql, this.#projectId, sources);
  }

  neighbours(
    neighbourKeys: readonly number[],
    keys: readonly string[],
  ): ReturnType<ConsolidationStore['neighbours']> {
    return neighbouringStatements(this.#sql, this.#projectId, { neighbourKeys, keys });
  }

  publish(...[consolidation, note]: Parameters<ConsolidationStore['publish']>): Promise<boolean> {
    return this.#writes.write(note, async (sql) => {
      const { round, rules, gone, statements } = consolidation;
      if ((await sql.execute(nextRound, [this.#projectId, round])) === 0) return false;
      await sql.execute(endSources, [this.#projectId, [...gone]]);
      await sql.execute(putSources, [this.#projectId, rules.version, ...sourceColumns(consolidation)]);
      const sources = consolidation.added.map(({ source }) => source);
      await replaceStatements(sql, this.#projectId, { sources, statements });
      await writeInsights(sql, { projectId: this.#projectId, syncId: this.#writes.sync.id }, consolidation);
      return true;
    });
  }

  get #sql() {
    return this.#writes.database.system;
  }

  get #projectId(): string {
    return this.#writes.sync.projectId;
  }
}

function sourceColumns({ added, leftOut }: Consolidation): unknown[] {
  const unread = new Set(leftOut.map(({ source }) => source));
  return [
    added.map(({ source }) => source),
    added.map(({ writtenAt }) => writtenAt),
    added.map(({ characters }) => characters),
    added.map(({ source }) => !unread.has(source)),
  ];
}
