import type { SourceProvider } from '@project-sync/sync';
import type { Database, Sql } from '../database/database.ts';
import type { Jobs } from '../jobs/open-jobs.ts';
import { startIn, type SyncRequest } from '../syncs/start-sync.ts';
import { createProject, type NewProject } from './create-project.ts';

/** A repository as its source describes it. */
export interface NewRepository {
  readonly id: string;
  readonly provider: SourceProvider;
  readonly url: string;
  readonly name: string;
  readonly defaultBranch: string | null;
  /** Whether it may be read by the operator's token and in the operator's folders. */
  readonly operatorAccess: boolean;
  /** Encrypts its token for the row of this ID; null where it has none. */
  readonly sealFor: ((id: string) => Uint8Array) | null;
}

/** A repository to connect, and all that is written together with it. */
export interface RepositoryConnection {
  readonly projectId: string;
  readonly userId: string;
  /** The project, where it is created for the repository. */
  readonly newProject: NewProject | null;
  /** Null for a project that is created without one. */
  readonly repository: NewRepository | null;
  /** The sync that begins it, of the default branch where none is named; null for none. */
  readonly firstSync: (Pick<SyncRequest, 'traceParent'> & { readonly branch: string | null }) | null;
}

/** The rows that were written, or why there are none. */
export type ConnectedRows =
  | { readonly kind: 'connected'; readonly repositoryId: string | null; readonly syncId: string | null }
  | { readonly kind: 'slug-taken' | 'no-project' | 'no-branch' };

// It runs as the system, so the statement itself asks for the membership.
const connect = `
  INSERT INTO repository (project_id, id, provider, url, name, default_branch, operator_access)
  SELECT p.id, $2::uuid, $3::source_provider, $4, $5, $6, $7
    FROM project p JOIN project_member m ON m.project_id = p.id AND m.user_id = $8 AND m.role <> 'VIEWER'
   WHERE p.id = $1 AND p.removed_at IS NULL
  ON CONFLICT (project_id, provider, url)
  DO UPDATE SET removed_at = NULL, operator_access = repository.operator_access OR excluded.operator_access, default_branch =
    -- An owner may have chosen another one; a repository that was removed begins again.
    CASE WHEN repository.removed_at IS NULL THEN coalesce(repository.default_branch, excluded.default_branch)
         ELSE excluded.default_branch END
  RETURNING id, default_branch`;

const storeToken = `UPDATE repository SET token_cipher = decode($3, 'hex') WHERE project_id = $1 AND id = $2::uuid`;

/** Thrown inside of the transaction, so that nothing of it is written. */
class NotConnected extends Error {
  readonly kind: 'no-project' | 'no-branch';
  constructor(kind: 'no-project' | 'no-branch') {
    super(kind);
    this.kind = kind;
  }
}

/**
 * Creates the project if it is a new one, connects the repository or finds the one that the project has at this address, and
 * starts its first sync. It is one transaction: where a part is refused, nothing of it is left behind.
 */
export async function connectRepository(
  database: Pick<Database, 'transaction'>,
  jobs: Pick<Jobs, 'sendAll'>,
  connection: RepositoryConnection,
): Promise<ConnectedRows> {
  try {
    return await database.transaction((sql) => write(sql, jobs, connection));
  } catch (error) {
    if (error instanceof NotConnected) return { kind: error.kind };
    throw error;
  }
}

async function write(
  sql: Sql,
  jobs: Pick<Jobs, 'sendAll'>,
  connection: RepositoryConnection,
): Promise<ConnectedRows> {
  const { projectId, userId, newProject, repository, firstSync } = connection;
  if (newProject !== null && !(await createProject(sql, newProject))) return { kind: 'slug-taken' };
  if (repository === null) return { kind: 'connected', repositoryId: null, syncId: null };
  const { id, provider, url, name, defaultBranch, operatorAccess, sealFor } = repository;
  const [row] = await sql.query<{ id: string; default_branch: string | null }>(connect, [
    projectId,
    id,
    provider,
    url,
    name,
    defaultBranch,
    operatorAccess,
    userId,
  ]);
  if (row === undefined) throw new NotConnected('no-project');
  if (sealFor !== null)
    await sql.execute(storeToken, [projectId, row.id, Buffer.from(sealFor(row.id)).toString('hex')]);
  if (firstSync === null) return { kind: 'connected', repositoryId: row.id, syncId: null };
  const branch = firstSync.branch ?? row.default_branch;
  if (branch === null) throw new NotConnected('no-branch');
  const { id: syncId } = await startIn(sql, jobs, {
    projectId,
    repositoryId: row.id,
    branch,
    trigger: 'MANUAL',
    full: false,
    restoredFromId: null,
    requestedBy: userId,
    traceParent: firstSync.traceParent ?? null,
  });
  return { kind: 'connected', repositoryId: row.id, syncId };
}
