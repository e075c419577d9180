import type { SourceProvider } from '@project-sync/sync';
import type { Sql } from '../database/database.ts';

/** A repository as its source describes it. */
export interface NewRepository {
  readonly projectId: string;
  readonly id: string;
  readonly provider: SourceProvider;
  readonly url: string;
  readonly name: string;
  readonly defaultBranch: string | null;
}

const connect = `
  INSERT INTO repository (project_id, id, provider, url, name, default_branch)
  VALUES ($1, $2, $3::source_provider, $4, $5, $6)
  ON CONFLICT (project_id, provider, url)
  DO UPDATE SET removed_at = NULL, default_branch =
    -- An owner may have chosen another one; a repository that was removed begins again.
    CASE WHEN repository.removed_at IS NULL THEN coalesce(repository.default_branch, excluded.default_branch)
         ELSE excluded.default_branch END
  RETURNING id`;

/** Connects a repository, or finds the one the project already has at this address. Returns its ID. */
export async function connectRepository(sql: Sql, repository: NewRepository): Promise<string> {
  const { projectId, id, provider, url, name, defaultBranch } = repository;
  const [row] = await sql.query<{ id: string }>(connect, [projectId, id, provider, url, name, defaultBranch]);
  return row?.id ?? id;
}
