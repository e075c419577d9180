import { startSyncs, type StartedSync } from '@project-sync/db';
import { SyncError, type Source } from '@project-sync/sync';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { tenantId, textOf } from '../graphql/ids.ts';
import { failed, failureOf, mutationResult, notFound, type Failure } from '../graphql/mutation-result.ts';
import { projectAs } from '../graphql/require-role.ts';
import { traceParent } from '../telemetry/trace-parent.ts';
import { namedBranches } from './branch-lookup.ts';
import { emptyRepository, noSuchBranch } from './source-to-connect.ts';
import { StartSyncInput, StartSyncResult, type StartedSyncKey } from './sync-mutations.ts';

/** The most syncs that one request starts. Each takes a request from the caller's budget. */
const MOST_SYNCS = 50;
/** Repositories whose sources are asked at a time. */
const AT_ONCE = 4;
const SOURCE_MS = 30_000;

type Given = typeof StartSyncInput.$inferInput;
type Answer = Failure | StartedSyncKey | Error;
interface Started {
  readonly projectId: string;
  readonly answers: readonly Answer[];
}

const StartSyncsInput = builder.inputType('StartSyncsInput', {
  description: 'Branches of the repositories of one project to sync.',
  fields: (t) => ({
    projectId: t.id({
      required: true,
      description: 'The ID of the project that the repositories belong to.',
    }),
    syncs: t.field({
      type: [StartSyncInput],
      required: true,
      description: `The branches to sync, of one or of several repositories of the project; ${MOST_SYNCS} at most.`,
    }),
  }),
});

builder.mutationField('startSyncs', (t) =>
  t.field({
    type: mutationResult<Started>('StartSyncs', {
      description: 'Each branch has its own result: the sync, or the reason it was refused.',
      fields: (success) => ({
        results: success.field({
          type: [StartSyncResult],
          nullable: { list: false, items: true },
          description:
            'The results in the order of the input, as startSync gives them. Null, with the reason in `errors`, where something unexpected went wrong with one.',
          resolve: ({ answers }) =>
            answers.map((answer) => (answer instanceof Error ? Promise.reject(answer) : answer)),
        }),
      }),
    }),
    authScopes: { scope: 'SYNC' },
    description:
      'Starts several syncs of one project at once. A branch that is refused keeps no other from starting, and one with an active sync gets that sync, so that the same request may be sent again. Each branch counts as a request for the rate limit. Needs the scope SYNC and the role EDITOR.',
    args: { input: t.arg({ type: StartSyncsInput, required: true, description: 'The branches to sync.' }) },
    resolve: (_root, { input }, context) => startAll(input, context),
  }),
);

async function startAll(
  { projectId: globalId, syncs }: typeof StartSyncsInput.$inferInput,
  context: ApiContext,
): Promise<Failure | Started> {
  const project = await projectAs('EDITOR', globalId, context);
  if ('failure' in project) return project;
  if (syncs.length > MOST_SYNCS)
    return failed(
      'InvalidInputError',
      'TOO_MANY_SYNCS',
      `A request starts at most ${MOST_SYNCS} syncs, and this one asks for ${syncs.length}. Send several requests.`,
    );
  const { projectId } = project;
  const places = await placesOf(projectId, syncs, context);
  const requests = places.flatMap((place, index) =>
    'repositoryId' in place
      ? [
          {
            ...place,
            projectId,
            trigger: 'MANUAL' as const,
            full: syncs[index]?.full ?? false,
            restoredFromId: null,
            requestedBy: context.viewer?.userId ?? null,
            traceParent: traceParent(),
          },
        ]
      : [],
  );
  const started = await startSyncs(context.database, context.jobs, { requests, origin: context.origin });
  const next = started.values();
  const answers = places.map((place) =>
    'repositoryId' in place ? answerOf(projectId, next.next().value) : place,
  );
  return { projectId, answers };
}

function answerOf(projectId: string, started: StartedSync | SyncError | undefined): Answer {
  if (started === undefined) return new Error('Each request has an answer.');
  if (started instanceof SyncError) return failureOf(started);
  return { syncKey: { projectId, id: started.id }, isNew: started.isNew };
}

/** A branch that may be synced. */
interface Place {
  readonly repositoryId: string;
  readonly branch: string;
}

/** Finds each branch among the stored ones, else at its source; or says why there is none. */
async function placesOf(
  projectId: string,
  syncs: readonly Given[],
  context: ApiContext,
): Promise<(Place | Failure | Error)[]> {
  const asked = syncs.map(({ repositoryId, branch }) => {
    const key = tenantId(repositoryId, 'Repository');
    return { id: key?.projectId === projectId ? key.id : null, branch: textOf(branch) };
  });
  const ids = [...new Set(asked.flatMap(({ id }) => id ?? []))];
  const repositories = await context.prisma.repository.findMany({
    where: { projectId, id: { in: ids }, removedAt: null },
    select: { id: true, defaultBranch: true },
  });
  const defaults = new Map(repositories.map(({ id, defaultBranch }) => [id, defaultBranch]));
  const wanted = asked.map(({ id, branch }) => ({ id, branch: branch ?? defaults.get(id ?? '') ?? null }));
  const stored = await context.prisma.branch.findMany({
    where: {
      projectId,
      repositoryId: { in: [...defaults.keys()] },
      name: { in: wanted.flatMap(({ branch }) => branch ?? []) },
    },
    select: { repositoryId: true, name: true },
  });
  const known = new Set(stored.map(({ repositoryId, name }) => `${repositoryId} ${name}`));
  const missing = wanted.filter(
    ({ id, branch }) => id !== null && defaults.has(id) && !known.has(`${id} ${branch ?? ''}`),
  );
  const atSource = await askSources(
    projectId,
    Map.groupBy(missing, ({ id }) => id ?? ''),
    context,
  );
  return wanted.map(({ id, branch }) => {
    if (id === null || !defaults.has(id)) return notFound('repository');
    if (branch !== null && known.has(`${id} ${branch}`)) return { repositoryId: id, branch };
    const found = atSource.get(id);
    if (found === undefined || found instanceof Error || 'failure' in found) return found ?? noSuchBranch();
    const name = branch ?? found.defaultBranch;
    if (name === null) return emptyRepository();
    return found.names.has(name) ? { repositoryId: id, branch: name } : noSuchBranch();
  });
}

interface SeenSource {
  readonly names: ReadonlySet<string>;
  readonly defaultBranch: string | null;
}

/** Asks each source once for all of its branches that are not stored, a few sources at a time. */
async function askSources(
  projectId: string,
  missing: ReadonlyMap<string, readonly { readonly branch: string | null }[]>,
  context: ApiContext,
): Promise<ReadonlyMap<string, SeenSource | Failure | Error>> {
  const seen = new Map<string, SeenSource | Failure | Error>();
  const next = missing.entries();
  const lane = async (): Promise<void> => {
    for (const [repositoryId, branches] of next) {
      const names = new Set(branches.map(({ branch }) => branch));
      seen.set(repositoryId, await askSource({ projectId, repositoryId }, names, context));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return seen;
}

/** One source that fails answers for its own branches alone. */
async function askSource(
  key: { readonly projectId: string; readonly repositoryId: string },
  branches: ReadonlySet<string | null>,
  context: ApiContext,
): Promise<SeenSource | Failure | Error> {
  let source: Source | null = null;
  const signal = AbortSignal.timeout(SOURCE_MS);
  try {
    source = await context.openSource(key);
    const defaultBranch = branches.has(null) ? await source.defaultBranch({ signal }) : null;
    const names = new Set<string>();
    const asked = [...branches].flatMap((branch) => branch ?? defaultBranch ?? []);
    for await (const { name } of namedBranches(source, asked, signal)) names.add(name);
    return { names, defaultBranch };
  } catch (error) {
    if (error instanceof SyncError) return failureOf(error);
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    await source?.close();
  }
}
