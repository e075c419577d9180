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
