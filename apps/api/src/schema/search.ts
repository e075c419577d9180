import { findFile, searchMemory, type PlacedEntry } from '@project-sync/db';
import { builder } from './builder.ts';
import { connectionFor } from './connection.ts';
import { apiError } from './errors.ts';
import { tenantId, textOf } from './ids.ts';
import { MemoryEntry, MemoryKind } from './memory-entry.ts';
import { checkPage, connectionOf, decodeNumber } from './page.ts';
import { Project } from './project.ts';
import { RepositoryFile } from './snapshot.ts';
import { snippetOf } from './snippet.ts';
import type { ApiContext } from './context.ts';

interface HitView {
  readonly entry: PlacedEntry;
  readonly score: number;
  readonly snippet: string;
  readonly commitOid: string | null;
  readonly isCurrent: boolean;
}

const SearchMode = builder.enumType('SearchMode', {
  description: 'How a query is answered.',
  values: {
    HYBRID: { description: 'By meaning and by words, fused by rank.' },
    SEMANTIC: { description: 'By meaning alone.' },
    KEYWORD: { description: 'By words alone.' },
  },
});

const SearchHit = builder.objectRef<HitView>('SearchHit').implement({
  description: 'One entry that answers the query.',
  fields: (t) => ({
    entry: t.field({ type: MemoryEntry, description: 'What was found.', resolve: ({ entry }) => entry }),
    score: t.exposeFloat('score', { description: 'Higher is better; comparable within one search alone.' }),
    snippet: t.exposeString('snippet', { description: 'The lines that matter, for a person to read.' }),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'Where the hit stands; null for notes and insights.',
      resolve: ({ entry }, _args, { reads }) =>
        entry.fileId === null ? null : findFile(reads, entry.projectId, entry.fileId),
    }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The commit at which it was read; null for notes and insights.',
    }),
    isCurrent: t.exposeBoolean('isCurrent', {
      description: 'False when the searched snapshot is known to be behind the source.',
    }),
  }),
});

interface Searched {
  readonly snapshot: { readonly branchId: string; readonly number: number } | null;
  readonly commitOid: string | null;
  readonly isCurrent: boolean;
}

builder.prismaObjectField(Project, 'search', (t) =>
  t.connection(
    {
      type: SearchHit,
      description:
        'Only what is active on the branch (the repository’s default branch where none is named), or as of an earlier sync.',
      args: {
        query: t.arg.string({
          required: true,
          description: 'What to look for: words, a name, or a question.',
        }),
        repositoryId: t.arg.id({
          required: false,
          description: 'Only there; needed where a project has several.',
        }),
        branch: t.arg.string({ required: false, description: 'On this branch.' }),
        asOf: t.arg.id({ required: false, description: 'As this sync left it.' }),
        kinds: t.arg({ type: [MemoryKind], required: false, description: 'Only these.' }),
        pathPrefix: t.arg.string({ required: false, description: 'Only below this path.' }),
        mode: t.arg({
          type: SearchMode,
          required: false,
          defaultValue: 'HYBRID',
          description: 'How to look.',
        }),
        first: t.arg.int({ required: false, defaultValue: 10, description: 'How many, at most 100.' }),
      },
      resolve: async (project, args, context) => {
        checkPage(args);
        const first = args.first ?? 10;
        const text = textOf(args.query).trim().slice(0, 10_000).toWellFormed();
        const list = `search ${project.id}`;
        const offset = decodeNumber(args.after, list) ?? 0;
        const where = await scopeOf(project.id, args, context);
        const words = [
          ...new Set(
            context
              .queryWords(text)
              .split(' ')
              .filter((word) => word !== ''),
          ),
        ].slice(0, 40);
        const mode = args.mode ?? 'HYBRID';
        const vector =
          mode === 'KEYWORD' || text === '' || project.embeddingModel === null
            ? null
            : await context
                .embedQuery(text, project.embeddingModel, AbortSignal.timeout(15_000))
                .catch(() => null);
        const hits = await context.reads.inProject(project.id, (sql) =>
          searchMemory(
            sql,
            {
              projectId: project.id,
              snapshot: where.snapshot,
              kinds: args.kinds ?? null,
              pathPrefix: textOf(args.pathPrefix),
            },
            {
              words,
              vector,
              model: project.embeddingModel,
              mode,
              first: first + 1,
              offset,
            },
          ),
        );
        const views = hits.map(({ entry, score }): HitView => ({
          entry,
          score,
          snippet: snippetOf(entry.content, words),
          commitOid: entry.fileId === null ? null : where.commitOid,
          isCurrent: entry.fileId === null || where.isCurrent,
        }));
        let at = offset;
        return connectionOf(views, first, () => String((at += 1)), {
          list,
          after: offset > 0,
          total: () => Promise.resolve(offset + views.length),
        });
      },
    },
    ...connectionFor('SearchHit', 'Search'),
  ),
);

/** Which snapshot is searched. What is not there, or not the viewer's, is the same error. */
async function scopeOf(
  projectId: string,
  args: {
    repositoryId?: string | null | undefined;
    branch?: string | null | undefined;
    asOf?: string | null | undefined;
  },
  { prisma }: ApiContext,
): Promise<Searched> {
  if (args.asOf != null) {
    const key = tenantId(args.asOf, 'ProjectSync');
    const sync =
      key === null || key.projectId !== projectId
        ? null
        : await prisma.projectSync.findUnique({ where: { projectId_id: key }, include: { branch: true } });
    if (sync?.number == null)
      throw apiError('SYNC_NOT_FOUND', 'There is no such finalized sync in this project.');
    return {
      snapshot: { branchId: sync.branchId, number: sync.number },
      commitOid: sync.commitOid,
      isCurrent: sync.branch.sourceHeadOid === sync.commitOid,
    };
  }
  const wanted = args.repositoryId == null ? null : tenantId(args.repositoryId, 'Repository');
  if (args.repositoryId != null && (wanted === null || wanted.projectId !== projectId))
    throw apiError('REPOSITORY_NOT_FOUND', 'There is no such repository in this project.');
  const branches = await prisma.branch.findMany({
    where: {
      projectId,
      removedAt: null,
      head: { gt: 0 },
      ...(wanted === null ? {} : { repositoryId: wanted.id }),
      ...(args.branch == null ? {} : { name: textOf(args.branch) }),
    },
    include: { repository: { select: { defaultBranch: true, createdAt: true } } },
  });
  if (branches.length === 0 && args.branch != null)
    throw apiError('BRANCH_NOT_FOUND', 'Nothing is kept of this branch. Sync it first.');
  const [branch] = branches.sort(
    (a, b) =>
      Number(b.name === b.repository.defaultBranch) - Number(a.name === a.repository.defaultBranch) ||
      a.repository.createdAt.getTime() - b.repository.createdAt.getTime() ||
      a.createdAt.getTime() - b.createdAt.getTime(),
  );
  if (branch === undefined) return { snapshot: null, commitOid: null, isCurrent: true };
  const sync = await prisma.projectSync.findFirst({
    where: { projectId, branchId: branch.id, number: branch.head },
    select: { commitOid: true },
  });
  return {
    snapshot: { branchId: branch.id, number: branch.head },
    commitOid: sync?.commitOid ?? null,
    isCurrent: branch.goneAt === null && branch.sourceHeadOid === (sync?.commitOid ?? null),
  };
}
