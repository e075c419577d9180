import { randomUUID } from 'node:crypto';
import { connectRepository } from '@project-sync/db';
import type { Source } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { textOf } from '../graphql/ids.ts';
import { failed, failureOf, notFound, type Failure } from '../graphql/mutation-result.ts';
import { traceParent } from '../telemetry/trace-parent.ts';
import { namedBranch } from './branch-lookup.ts';
import { connectableAddress, type GivenAddress } from './connectable-address.ts';

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

/** The repository to connect as a caller gives it. */
interface GivenSource extends GivenAddress {
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
  given: GivenSource,
  { projectId, newProject }: Pick<Connection, 'projectId' | 'newProject'>,
  context: ApiContext,
): Promise<Failure | CheckedSource> {
  const address = await connectableAddress(given, newProject === null ? projectId : null, context);
  if ('failure' in address) return address;
  const { token, ...stored } = address;
  const branch = textOf(given.sync?.branch);
  const defaultBranch = await askSource(await context.probe(address), branch);
  if (typeof defaultBranch !== 'string' && defaultBranch !== null) return defaultBranch;
  return {
    repository: {
      id: randomUUID(),
      ...stored,
      defaultBranch,
      sealFor: token === null ? null : (id) => context.seal.close(token, `${projectId}:${id}`),
    },
    firstSync: given.sync == null ? null : { branch, traceParent: traceParent() },
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
