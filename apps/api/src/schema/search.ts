import { findFile, searchMemory, searchScope, type PlacedEntry, type WantedScope } from '@project-sync/db';
import { builder } from '../graphql/builder.ts';
import { connectionFor } from '../graphql/connection.ts';
import { apiError } from '../graphql/errors.ts';
import { tenantId, textOf } from '../graphql/ids.ts';
import { MemoryEntry, MemoryKind } from './memory-entry.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { Project } from './project.ts';
import { RepositoryFile } from './repository-file.ts';
import { snippetOf } from './snippet.ts';

interface HitView {
  readonly entry: PlacedEntry;
  readonly score: number;
  readonly snippet: string;
  readonly commitOid: string | null;
  readonly isCurrent: boolean;
}

const SearchMode = builder.enumType('SearchMode', {
  description: 'The way in which search finds and ranks entries.',
  values: {
    HYBRID: { description: 'By meaning and by words, with both rankings merged.' },
    SEMANTIC: { description: 'By meaning alone, with the vectors of the embedding model.' },
    KEYWORD: { description: 'By words alone, without the embedding model.' },
  },
});

const SearchHit = builder.objectRef<HitView>('SearchHit').implement({
  description: 'One memory entry that search found, with its rank and place.',
  fields: (t) => ({
    entry: t.field({
      type: MemoryEntry,
      description: 'The memory entry that was found.',
      resolve: ({ entry }) => entry,
    }),
    score: t.exposeFloat('score', {
      description: 'The rank of the hit: higher is better, comparable only within one search.',
    }),
    snippet: t.exposeString('snippet', {
      description: 'The lines of the entry that match best, for people to read.',
    }),
    file: t.field({
      type: RepositoryFile,
      nullable: true,
      description: 'The file the hit comes from; null for notes and insights.',
      resolve: ({ entry }, _args, { reads }) =>
        entry.fileId === null ? null : findFile(reads, entry.projectId, entry.fileId),
    }),
    commitOid: t.expose('commitOid', {
      type: 'GitObjectId',
      nullable: true,
      description: 'The commit of the searched snapshot; null for notes and insights.',
    }),
    isCurrent: t.exposeBoolean('isCurrent', {
      description: 'False when the searched snapshot is known to be behind the source.',
    }),
  }),
});

builder.prismaObjectField(Project, 'search', (t) =>
  t.connection(
    {
      type: SearchHit,
      description:
        'Only what is active on the branch (the repository’s default branch where none is named), or as of an earlier sync.',
      args: {
        query: t.arg.string({
          required: true,
          description: 'The text to search for: words, a name, or a question.',
        }),
        repositoryId: t.arg.id({
          required: false,
          description: 'The ID of the only repository to search.',
        }),
        branch: t.arg.string({
          required: false,
          description: 'Only the snapshot of the branch with this name.',
        }),
        asOf: t.arg.id({
          required: false,
          description: 'The ID of a sync: search the snapshot it left instead of the current one.',
        }),
        kinds: t.arg({
          type: [MemoryKind],
          required: false,
          description: 'Only entries of these kinds; all kinds by default.',
        }),
        pathPrefix: t.arg.string({
          required: false,
          description: 'Only entries of files whose path starts with this text.',
        }),
        mode: t.arg({
          type: SearchMode,
          required: false,
          defaultValue: 'HYBRID',
          description: 'The way to search; HYBRID by default.',
        }),
        first: t.arg.int({
          required: false,
          defaultValue: 10,
          description: 'The number of hits to return, 0 to 100; 10 by default.',
        }),
      },
      resolve: async (project, args, context) => {
        checkForwardPage(args);
        const first = args.first ?? 10;
        const text = textOf(args.query).trim().slice(0, 10_000).toWellFormed();
        const list = `search ${project.id}`;
        const offset = decodeNumber(args.after, list) ?? 0;
        const wanted = wantedOf(project.id, args);
        if (wanted.repositoryId !== null) {
          const where = { projectId_id: { projectId: project.id, id: wanted.repositoryId } };
          const repository = await context.prisma.repository.findUnique({ where });
          if (repository === null || repository.removedAt !== null) throw noRepository();
        }
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
        const page = { words, vector, model: project.embeddingModel, mode, first: first + 1, offset };
        const { where, hits } = await context.reads.inProject(project.id, async (sql) => {
          const found = await searchScope(sql, project.id, wanted);
          if (found === null && (wanted.syncId !== null || wanted.branch !== null))
            return { where: null, hits: null };
          const scope = {
            projectId: project.id,
            snapshot: found,
            kinds: args.kinds ?? null,
            pathPrefix: textOf(args.pathPrefix),
          };
          return { where: found, hits: await searchMemory(sql, scope, page) };
        });
        if (hits === null) throw nothingKept(wanted);
        const views = hits.map(({ entry, score }): HitView => ({
          entry,
          score,
          snippet: snippetOf(entry.content, words),
          commitOid: entry.fileId === null ? null : (where?.commitOid ?? null),
          isCurrent: entry.fileId === null || where === null || where.isCurrent,
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

/** Which state is to be searched. What is not of this project is the same error as what is not there. */
function wantedOf(
  projectId: string,
  args: {
    repositoryId?: string | null | undefined;
    branch?: string | null | undefined;
    asOf?: string | null | undefined;
  },
): WantedScope {
  const sync = args.asOf == null ? null : tenantId(args.asOf, 'ProjectSync');
  if (args.asOf != null && sync?.projectId !== projectId) throw nothingKept({ syncId: args.asOf });
  const repository = args.repositoryId == null ? null : tenantId(args.repositoryId, 'Repository');
  if (args.repositoryId != null && repository?.projectId !== projectId) throw noRepository();
  return {
    syncId: sync?.id ?? null,
    repositoryId: repository?.id ?? null,
    branch: sync === null ? textOf(args.branch) : null,
  };
}

function noRepository(): Error {
  return apiError('REPOSITORY_NOT_FOUND', 'There is no such repository in this project.');
}

function nothingKept({ syncId }: Pick<WantedScope, 'syncId'>): Error {
  return syncId === null
    ? apiError('BRANCH_NOT_FOUND', 'Nothing is kept of this branch. Sync it first.')
    : apiError('SYNC_NOT_FOUND', 'There is no such finalized sync in this project.');
}
