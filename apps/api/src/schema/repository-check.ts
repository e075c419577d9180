import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { rowId, rowIdText, textOf } from '../graphql/ids.ts';
import { errorInterface, failureOf, type Failure } from '../graphql/mutation-result.ts';
import { requireCreation } from '../graphql/require-creation.ts';
import { requireRole } from '../graphql/require-role.ts';
import { repositoryAround } from '../sources/repository-around.ts';
import { connectableAddress, type ConnectableAddress, type GivenAddress } from './connectable-address.ts';
import { Instance } from './instance.ts';
import { Project } from './project.ts';
import { SourceProvider } from './repository.ts';

const SOURCE_MS = 30_000;

interface CheckedAddress {
  readonly projectId: string | null;
  readonly given: GivenAddress;
  readonly address: ConnectableAddress | null;
  readonly defaultBranch: string | null;
  readonly isConnected: boolean;
  readonly failure: Failure | null;
  readonly enclosingUrl: string | null;
}

const RepositoryCheck = builder.objectRef<CheckedAddress>('RepositoryCheck').implement({
  description:
    'Whether a repository can be connected: its source is asked in the same way and within the same limits as for connecting it, and nothing is written.',
  fields: (t) => ({
    id: t.id({
      description: rowIdText,
      resolve: ({ projectId, given }) =>
        rowId('RepositoryCheck', projectId ?? '', given.provider, digestOf(given.url)),
    }),
    url: t.string({
      nullable: true,
      description: 'The address in the form in which it would be stored; null where it may not be read.',
      resolve: ({ address }) => address?.url ?? null,
    }),
    name: t.string({
      nullable: true,
      description: 'The name that the repository would have; null where its address may not be read.',
      resolve: ({ address }) => address?.name ?? null,
    }),
    defaultBranch: t.exposeString('defaultBranch', {
      nullable: true,
      description: 'The default branch at the source; null if it has none or did not answer.',
    }),
    isConnected: t.exposeBoolean('isConnected', {
      description: 'Whether the project has this repository already.',
    }),
    failure: t.field({
      type: errorInterface,
      nullable: true,
      description: 'Why it cannot be connected by this address alone; null if it can.',
      resolve: ({ failure }) => failure,
    }),
    enclosingUrl: t.exposeString('enclosingUrl', {
      nullable: true,
      description:
        'The address of the repository around a local folder that is none itself, to be connected instead; null where there is none.',
    }),
  }),
});

const args = {
  provider: { type: SourceProvider, required: true, description: 'The way the repository is read.' },
  url: { required: true, description: 'The address of the repository, as connectRepository takes it.' },
} as const;

builder.objectField(Instance, 'repositoryCheck', (t) =>
  t.field({
    type: RepositoryCheck,
    nullable: true,
    authScopes: { scope: 'WRITE' },
    description:
      'Asks the source of a repository that a new project is to be created for. It takes no token: a private repository is not found. Needs the scope WRITE, a key not bound to a project, and the right to create projects.',
    args: { provider: t.arg(args.provider), url: t.arg.string(args.url) },
    resolve: (_instance, given, context) => check(given, null, context),
  }),
);

builder.prismaObjectField(Project, 'repositoryCheck', (t) =>
  t.field({
    type: RepositoryCheck,
    nullable: true,
    authScopes: { scope: 'WRITE' },
    description:
      'Asks the source of a repository that is to be connected to this project. It takes no token: a private repository is not found. Needs the scope WRITE and the role EDITOR.',
    args: { provider: t.arg(args.provider), url: t.arg.string(args.url) },
    resolve: ({ id }, given, context) => check(given, id, context),
  }),
);

/** An address may have been pasted with a password in it, which an ID must not repeat. */
function digestOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 32);
}

async function check(
  { provider, url }: GivenAddress,
  projectId: string | null,
  context: ApiContext,
): Promise<CheckedAddress> {
  const nothing: CheckedAddress = {
    projectId,
    given: { provider, url },
    address: null,
    defaultBranch: null,
    isConnected: false,
    failure: null,
    enclosingUrl: null,
  };
  const refused = await (projectId === null
    ? requireCreation(context)
    : requireRole(context, projectId, 'EDITOR'));
  if (refused !== null) return { ...nothing, failure: refused };
  try {
    const address = await connectableAddress({ provider, url }, projectId, context);
    if ('failure' in address) return { ...nothing, failure: address };
    const isConnected = projectId !== null && (await isStored(projectId, address, context));
    const found = { ...nothing, address, isConnected };
    try {
      return { ...found, defaultBranch: await askForBranch(address, context) };
    } catch (error) {
      // The caller has gone, and no answer reaches them: it is no error to be logged.
      if (context.signal.aborted) return found;
      return { ...found, failure: failureOf(error), enclosingUrl: enclosingOf(address, context) };
    }
  } catch (error) {
    return { ...nothing, failure: failureOf(error) };
  }
}

/** The repository around a folder that could not be read as one, within the folders that this caller may read. */
function enclosingOf({ provider, url }: ConnectableAddress, context: ApiContext): string | null {
  if (!isAbsolute(url)) return null;
  return repositoryAround(url, (folder) => {
    try {
      return context.identify({ provider, url: folder }).url === folder;
    } catch {
      return false;
    }
  });
}

async function isStored(
  projectId: string,
  { provider, url }: ConnectableAddress,
  { prisma }: ApiContext,
): Promise<boolean> {
  const stored = await prisma.repository.findUnique({
    where: { projectId_provider_url: { projectId, provider, url: textOf(url) } },
    select: { removedAt: true },
  });
  return stored !== null && stored.removedAt === null;
}

/** Ends with the request: a user who types on has no use for the answer. */
async function askForBranch(address: ConnectableAddress, context: ApiContext): Promise<string | null> {
  const source = await context.probe(address);
  try {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(SOURCE_MS)]);
    return await source.defaultBranch({ signal });
  } finally {
    await source.close();
  }
}
