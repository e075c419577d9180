import { randomUUID } from 'node:crypto';
import { connectRepository, hasOperatorAccess, type NewRepository } from '@project-sync/db';
import type { Source } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { textOf } from '../graphql/ids.ts';
import { failed, failureOf, notFound, type Failure } from '../graphql/mutation-result.ts';
import { isOperator } from '../graphql/require-operator.ts';
import { traceParent } from '../telemetry/trace-parent.ts';
import { namedBranch } from './branch-lookup.ts';

const SOURCE_MS = 30_000;

export const FirstSyncInput = builder.inputType('FirstSyncInput', {
  description: 'The sync that a repository begins with.',
  fields: (t) => ({
    branch: t.string({
      required: false,
      description: 'The name of the branch, without refs/heads/; the default branch if left out.',
    }),
  }),
});

/** The address of a repository as a caller gives it. */
interface GivenSource {
  readonly provider: NewRepository['provider'];
  readonly url: string;
  readonly token?: string | null | undefined;
  readonly sync?: typeof FirstSyncInput.$inferInput | null | undefined;
}

type Connection = Parameters<typeof connectRepository>[2];
type CheckedSource = Pick<Connection, 'repository' | 'firstSync'>;

/** The keys of what was connected, or the failure to return. */
export interface Connected {
  readonly projectId: string;
  readonly repositoryId: string | null;
  readonly syncId: string | null;
}

/** Connects a checked source to a project, which may be new. What is refused leaves nothing behind. */
export async function connectTo(
  given: Pick<Connection, 'projectId' | 'newProject'>,
  source: GivenSource | null,
  context: ApiContext,
): Promise<Failure | Connected> {
  const { viewer, database, jobs } = context;
  if (viewer === null) return notFound('project');
  const { projectId, newProject } = given;
  try {
    const checked = source === null ? none : await checkSource(source, given, context);
    if ('failure' in checked) return checked;
    const rows = await connectRepository(database, jobs, { ...given, ...checked, userId: viewer.userId });
    if (rows.kind === 'connected') {
      const { repositoryId, syncId } = rows;
      return { projectId, repositoryId, syncId };
    }
    if (rows.kind === 'no-project') return notFound('project');
    if (rows.kind === 'no-branch') return emptyRepository();
    const slug = newProject?.slug ?? '';
    return failed('ConflictError', 'SLUG_TAKEN', `The slug ${slug} is taken. Choose another.`);
  } catch (error) {
    return failureOf(error);
  }
}

const none: CheckedSource = { repository: null, firstSync: null };

/** The failure for a repository without a branch to sync. */
export function emptyRepository(): Failure {
  return failed(
    'NotFoundError',
    'REPOSITORY_EMPTY',
    'The repository has no branch yet. Push one, or name a branch.',
  );
}

/** The failure for a branch that is neither stored nor at the source. */
export function noSuchBranch(): Failure {
  return failed(
    'NotFoundError',
    'BRANCH_NOT_FOUND',
    'There is no such branch at the source. Look at the list of its branches.',
  );
}

/** Asks the source whether it answers, and for the branch of the first sync. It writes nothing. */
async function checkSource(
  { provider, url: given, token: givenToken, sync }: GivenSource,
  { projectId, newProject }: Pick<Connection, 'projectId' | 'newProject'>,
  context: ApiContext,
): Promise<Failure | CheckedSource> {
  const token = givenToken?.trim() === '' ? null : (givenToken?.trim() ?? null);
  const { url, name } = context.identify({ provider, url: given });
  const needed = context.needsOperator({ provider, url, token });
  // The operator may use their own token and folders in any project; others only where the operator allowed it.
  const mayUseOperators = async () =>
    (await isOperator(context)) ||
    (newProject === null && (await hasOperatorAccess(context.database, projectId)));
  const operatorAccess = needed !== null && (await mayUseOperators());
  // Without the operator's token a public repository is still readable; without the folder nothing is.
  if (needed === 'folder' && !operatorAccess)
    return failed(
      'ForbiddenError',
      'OPERATOR_ACCESS_NEEDED',
      "This project may not read in the server's own folders. Ask an operator to allow it.",
    );
  const branch = textOf(sync?.branch);
  const source = await context.probe({ provider, url, token, operatorAccess });
  const defaultBranch = await askSource(source, branch);
  if (typeof defaultBranch !== 'string' && defaultBranch !== null) return defaultBranch;
  return {
    repository: {
      id: randomUUID(),
      provider,
      url,
      name,
      defaultBranch,
      operatorAccess,
      sealFor: token === null ? null : (id) => context.seal.close(token, `${projectId}:${id}`),
    },
    firstSync: sync == null ? null : { branch, traceParent: traceParent() },
  };
}

/** The default branch of a source, which must have the branch that is to be synced. */
async function askSource(source: Source, branch: string | null): Promise<Failure | string | null> {
  const signal = AbortSignal.timeout(SOURCE_MS);
  try {
    const isThere = branch === null || (await namedBranch(source, branch, signal)) !== null;
    return isThere ? await source.defaultBranch({ signal }) : noSuchBranch();
  } finally {
    await source.close();
  }
}
