import {
  pathFromBytes,
  SyncError,
  type BaseSnapshot,
  type ClaimedSync,
  type FileRow,
  type GitPath,
  type Head,
  type KeptBlob,
  type KeptFile,
  type ObjectId,
  type ProgressNote,
  type SyncStats,
  type SyncStore,
} from '@project-sync/sync';
import type { Database, Sql } from '../database/database.ts';
import { hex, pathHex } from './hex.ts';
import { proveClaim, sweepMarks } from './assert-lease.ts';
import * as text from './sync-store-sql.ts';
import { writeAnalyses } from './write-analyses.ts';

interface ListedRow extends Record<string, unknown> {
  readonly id: bigint;
  readonly path: Uint8Array;
  readonly mode: number;
  readonly oid: string;
  readonly dialect: string;
  readonly language: string | null;
  readonly ignored: string | null;
}

/** What a store is bound to: one claimed sync, one fence, and the versions that contents are read by. */
export interface SyncStoreOptions {
  readonly database: Database;
  readonly sync: ClaimedSync;
  readonly fence: number;
  readonly version: { readonly split: number; readonly redaction: number };
  /** Aborted when the run is to end: no write begins after it. */
  readonly signal: AbortSignal;
}

/** The store of one claimed sync. Whatever it writes is written only while the claim holds. */
export function syncStore({ database, sync, fence, version, signal }: SyncStoreOptions): SyncStore {
  const { projectId, branchId, number } = sync;

  /** One short transaction, which first proves the claim and tells the note. */
  async function fenced<T>(note: ProgressNote | null, work: (sql: Sql) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    return database.transaction(async (sql) => {
      await proveClaim(sql, sync, fence, note);
      return work(sql);
    });
  }

  return {
    sync,
    trees: {
      async load(oids) {
        const rows = await database.system.query<{ oid: string; content: Uint8Array }>(text.loadTrees, [
          projectId,
          [...oids],
        ]);
        return new Map(rows.map(({ oid, content }) => [oid, content]));
      },
    },

    async base(): Promise<BaseSnapshot | null> {
      const [row] = await database.system.query<{
        branch_id: string;
        number: number;
        commit_oid: string;
        tree_oid: string;
        files: number;
      }>(text.base, [projectId, sync.repositoryId, branchId]);
      if (row === undefined) return null;
      return {
        branchId: row.branch_id,
        number: row.number,
        commitOid: row.commit_oid,
        treeOid: row.tree_oid,
        own: row.branch_id === branchId,
        files: row.files,
      };
    },

    sweep: () => fenced(null, (sql) => sweepMarks(sql, projectId, branchId, number)),
    note: (note) => fenced(note, () => Promise.resolve()),

    async saveTrees(trees, { overwrite }) {
      let repaired = 0;
      for (let at = 0; at < trees.length; at += 500) {
        const slice = trees.slice(at, at + 500);
        const params = [projectId, slice.map(({ oid }) => oid), slice.map(({ content }) => hex(content))];
        repaired += await fenced(null, async (sql) => {
          const wrong = overwrite ? await repairing(sql, text.differingTrees, params) : 0;
          await sql.execute(wrong > 0 ? text.overwriteTrees : text.saveTrees, params);
          return wrong;
        });
      }
      return repaired;
    },

    async missing(files) {
      const blobs = new Set<ObjectId>();
      const analyses = new Set<string>();
      for (let at = 0; at < files.length; at += 10_000) {
        const slice = files.slice(at, at + 10_000);
        const params = [
          projectId,
          slice.map(({ oid }) => oid),
          slice.map(({ dialect }) => dialect),
          version.split,
          version.redaction,
        ];
        const rows = await database.system.query<{
          oid: string;
          dialect: string;
          held: boolean;
          read: boolean;
        }>(text.missing, params);
        for (const { oid, dialect, held, read } of rows) {
          if (!held) blobs.add(oid);
          if (!read) analyses.add(`${oid} ${dialect}`);
        }
      }
      return { blobs, analyses };
    },

    staleAnalyses: () =>
      database.system.query<{ oid: string; dialect: string }>(text.staleAnalyses, [
        projectId,
        version.split,
        version.redaction,
        200,
      ]),

    async markRead() {
      await fenced(null, (sql) => sql.execute(text.markRead, [projectId, version.split, version.redaction]));
    },

    async loadBlobs(oids) {
      const rows = await database.system.query<{
        oid: string;
        size: bigint;
        is_binary: boolean;
        encoding: string | null;
        content: Uint8Array | null;
        skip_reason: 'TOO_LARGE' | 'BINARY' | null;
      }>(text.loadBlobs, [projectId, [...oids]]);
      return new Map(
        rows.map((row): [string, KeptBlob] => [
          row.oid,
          {
            oid: row.oid,
            size: Number(row.size),
            isBinary: row.is_binary,
            encoding: row.encoding,
            content: row.content,
            skipReason: row.skip_reason,
          },
        ]),
      );
    },

    saveContents: ({ blobs, analyses, overwrite }, note) =>
      fenced(note, async (sql) => {
        if (blobs.length > 0) {
          const oids = blobs.map(({ oid }) => oid);
          const contents = blobs.map(({ content }) => (content === null ? null : hex(content)));
          const wrong = overwrite
            ? await repairing(sql, text.differingBlobs, [
                projectId,
                oids,
                contents,
                blobs.map(({ size }) => size),
              ])
            : 0;
          await sql.execute(wrong > 0 ? text.overwriteBlobs : text.saveBlobs, [
            projectId,
            oids,
            blobs.map(({ size }) => size),
            blobs.map(({ isBinary }) => isBinary),
            blobs.map(({ encoding }) => encoding),
            contents,
            blobs.map(({ skipReason }) => skipReason),
          ]);
        }
        await writeAnalyses(sql, sync, analyses, version);
      }),

    async copyBase(base, note) {
      const copied = { files: 0, entries: 0 };
      let last = 0n;
      for (;;) {
        const [row] = await fenced(copied.files === 0 ? note : null, (sql) =>
          sql.query<{ last: bigint | null; count: bigint; entries: bigint }>(text.copyBase, [
            projectId,
            base.branchId,
            base.number,
            branchId,
            number,
            last,
            5000,
          ]),
        );
        if (row?.last === null || row === undefined) return copied;
        last = row.last;
        copied.files += Number(row.count);
        copied.entries += Number(row.entries);
      }
    },

    saveFiles: (rows, ended, note) =>
      fenced(note, async (sql) => {
        const gone = ended.length > 0 ? await endRows(sql, ended) : { superseded: 0, dropped: 0 };
        const created = rows.length > 0 ? await addRows(sql, rows) : 0;
        return { created: created - gone.dropped, superseded: gone.superseded };
      }),

    async *listing(): AsyncGenerator<readonly KeptFile[]> {
      let last = 0n;
      for (;;) {
        const rows = await database.system.query<ListedRow>(text.listing, [
          projectId,
          branchId,
          number,
          last,
          5000,
        ]);
        if (rows.length === 0) return;
        last = rows.at(-1)?.id ?? last;
        yield rows.map(({ id: _id, path, ...file }) => ({ path: pathFromBytes(path), ...file }));
      }
    },

    restore: (target) =>
      fenced(null, async (sql) => {
        const [counts] = await sql.query<{ added: bigint; modified: bigint; removed: bigint }>(text.restore, [
          projectId,
          branchId,
          target,
          number,
        ]);
        const [then] = await sql.query<{
          commit_oid: string;
          tree_oid: string;
          committed_at: Date | null;
          commit_message: string | null;
          files: number;
        }>(text.restoredSync, [projectId, branchId, target]);
        if (then === undefined) throw new SyncError('INTERNAL', 'The snapshot to restore is not there.');
        const { created, superseded } = await entries(sql, text.countRestored);
        return {
          entriesCreated: created,
          entriesSuperseded: superseded,
          filesAdded: Number(counts?.added ?? 0n),
          filesModified: Number(counts?.modified ?? 0n),
          filesRemoved: Number(counts?.removed ?? 0n),
          filesTotal: then.files,
          head: {
            commitOid: then.commit_oid,
            treeOid: then.tree_oid,
            format: then.commit_oid.length === 64 ? 'sha256' : 'sha1',
            committedAt: then.committed_at,
            message: then.commit_message,
          },
        };
      }),

    finalize: (head: Head, stats: SyncStats, warnings, note) =>
      fenced(note, async (sql) => {
        const moved = await sql.execute(text.moveHead, [
          projectId,
          branchId,
          number,
          head.commitOid,
          sync.restoredNumber === null,
        ]);
        if (moved !== 1) throw new SyncError('LEASE_LOST', 'The branch has been finalized by another sync.');
        await sql.execute(text.linkChain, [
          projectId,
          sync.id,
          branchId,
          number,
          head.commitOid,
          head.treeOid,
          head.message?.slice(0, 10_000).replaceAll('\0', '') ?? null,
          head.committedAt,
          JSON.stringify(stats),
          JSON.stringify(warnings),
        ]);
      }),

    markGone: () =>
      fenced(null, (sql) => sql.execute(text.markGone, [projectId, branchId])).then(() => undefined),
  };

  async function entries(sql: Sql, statement: string): Promise<{ created: number; superseded: number }> {
    const [row] = await sql.query<{ created: bigint; superseded: bigint }>(statement, [
      projectId,
      branchId,
      number,
    ]);
    return { created: Number(row?.created ?? 0n), superseded: Number(row?.superseded ?? 0n) };
  }

  /** Bytes that are not what their id says may be put right: the guard is told why, and keeps the record. */
  async function repairing(sql: Sql, differing: string, params: unknown[]): Promise<number> {
    const [row] = await sql.query<{ count: bigint }>(differing, params);
    const wrong = Number(row?.count ?? 0n);
    if (wrong > 0)
      await sql.query('SELECT project_sync_guard.release($1::text, $2)', [
        projectId,
        `put right by the full comparison of sync ${sync.id}`,
      ]);
    return wrong;
  }

  async function countOf(sql: Sql, statement: string, params: unknown[]): Promise<number> {
    const [row] = await sql.query<{ entries: bigint }>(statement, params);
    return Number(row?.entries ?? 0n);
  }

  /** Gives the entries of the rows that are superseded, and of those that had been counted as new and go. */
  async function endRows(
    sql: Sql,
    ended: readonly GitPath[],
  ): Promise<{ superseded: number; dropped: number }> {
    const given = [projectId, branchId, number, ended.map(pathHex)];
    const superseded = await countOf(sql, text.endRows, given);
    // A path that this very sync had copied or added has no earlier snapshot to stand in: the row itself goes.
    return { superseded, dropped: await countOf(sql, text.dropRows, given) };
  }

  /** Gives the entries of the rows that come. */
  async function addRows(sql: Sql, rows: readonly FileRow[]): Promise<number> {
    return countOf(sql, text.addRows, [
      projectId,
      branchId,
      number,
      rows.map(({ path }) => pathHex(path)),
      rows.map(({ mode }) => mode),
      rows.map(({ oid }) => oid),
      rows.map(({ dialect }) => dialect),
      rows.map(({ language }) => language),
      rows.map(({ ignored }) => ignored),
      rows.map(({ renamedFrom }) => (renamedFrom === null ? null : pathHex(renamedFrom))),
    ]);
  }
}
