import { createHash } from 'node:crypto';
import { searchPage, searchSnapshots, type MemoryHit, type WantedSnapshots } from '@project-sync/db';
import { readQuestion, type ReadQuestion } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { tenantId, textOf } from '../graphql/ids.ts';
import { checkForwardPage, connectionOf, decodeNumber } from '../graphql/pagination.ts';
import { MemoryKind } from './memory-entry.ts';
import { Project } from './project.ts';
import { searchConnection, SearchHit, type HitsView, type HitView } from './search-hit.ts';
import { snippetOf } from './snippet.ts';

const SearchMode = builder.enumType('SearchMode', {
  description: 'The way in which search finds and ranks entries.',
  values: {
    HYBRID: { description: 'By meaning and by words, with both scores added.' },
    SEMANTIC: { description: 'By meaning alone, with the vectors of the embedding model.' },
    KEYWORD: { description: 'By words alone, without the embedding model.' },
  },
});

const TestFiles = builder.enumType('TestFiles', {
  description: 'The part that files of tests have in a search.',
  values: {
    INCLUDE: { description: 'They are searched; they step back unless the query asks for tests.' },
    EXCLUDE: { description: 'They are left out.' },
    ONLY: { description: 'Nothing else is searched.' },
  },
});

const onlyTests = { INCLUDE: null, EXCLUDE: false, ONLY: true } as const;

const searchArgs = builder.args((t) => ({
  query: t.string({
    required: true,
    description: 'The text to search for: words, a name, or a question.',
  }),
  repositoryId: t.id({
    required: false,
    description: 'The ID of the only repository to search.',
  }),
  repositoryIds: t.idList({
    required: false,
    description: 'The IDs of the repositories to search; all of the project by default.',
  }),
  branch: t.string({
    required: false,
    description: 'Only snapshots of branches with this name.',
  }),
  asOf: t.id({
    required: false,
    description: 'The ID of a sync: search the snapshot it left instead of the current one.',
  }),
  kinds: t.field({
    type: [MemoryKind],
    required: false,
    description: 'Only entries of these kinds; all kinds by default.',
  }),
  languages: t.stringList({
    required: false,
    description: 'Only entries of files in these languages.',
  }),
  tests: t.field({
    type: TestFiles,
    required: false,
    defaultValue: 'INCLUDE',
    description: 'The part that files of tests have; INCLUDE by default.',
  }),
  pathPrefix: t.string({
    required: false,
    description: 'Only entries of files whose path starts with this text.',
  }),
  mode: t.field({
    type: SearchMode,
    required: false,
    defaultValue: 'HYBRID',
    description: 'The way to search; HYBRID by default.',
  }),
  first: t.int({
    required: false,
    defaultValue: 10,
    description: 'The number of hits to return, 0 to 100; 10 by default.',
  }),
}));

builder.prismaObjectField(Project, 'search', (t) =>
  t.connection(
    {
      type: SearchHit,
      nullable: true,
      description:
        'Searches every repository of the project on its default branch, or one branch, or the snapshot that a sync left. Null, with the reason in `errors`, where the search fails. The query may contain "phrases", /patterns/, path:, lang:, repo:, sym: and -words.',
      args: searchArgs,
      resolve: (project, args, context) =>
        context.searches.measure(args.mode ?? 'HYBRID', async () => {
          checkForwardPage(args);
          const first = args.first ?? 10;
          const list = `search ${project.id}`;
          const offset = decodeNumber(args.after, list) ?? 0;
          const question = questionOf(textOf(args.query));
          const wanted = { ...wantedOf(project.id, args), names: question.filters.repositories };
          await checkRepositories(project.id, wanted.repositoryIds, context);
          const mode = args.mode ?? 'HYBRID';
          const model = project.embeddingModel;
          const vector = mode === 'KEYWORD' ? null : await vectorOf(question, model, context);
          const scope = {
            projectId: project.id,
            snapshot: null,
            wanted,
            kinds: args.kinds ?? null,
            pathPrefix: textOf(args.pathPrefix),
            languages: args.languages ?? null,
            tests: onlyTests[args.tests ?? 'INCLUDE'],
          };
          const counts = context.wordCounts;
          const query = { question, vector, model, mode, first: first + 1, offset, counts };
          const found = await context.reads.inProject(project.id, async (sql) => {
            const page = await searchPage(sql, scope, query);
            // Nothing found in a snapshot that is kept is an answer; a snapshot that is not kept is a mistake, also where
            // notes, which belong to no snapshot, answer.
            const isInNone = page.hits.every(({ origin }) => (origin ?? null) === null);
            const mayBeMissing = isInNone && (wanted.syncId !== null || wanted.branch !== null);
            return mayBeMissing && (await searchSnapshots(sql, project.id, wanted)).length === 0
              ? null
              : page;
          });
          if (found === null) throw nothingKept(wanted);
          const asked = nameOfSearch(JSON.stringify([args.query, mode, scope]));
          const views = found.hits.map((hit) => viewOf(hit, question, asked));
          let at = offset;
          const connection = connectionOf(views, first, () => String((at += 1)), {
            list,
            after: offset > 0,
            total: () => Promise.resolve(found.total),
          });
          const { isTotalExact, nearestOnly, facets } = found;
          const summary: HitsView = { isTotalExact, nearestOnly, facets };
          return { ...connection, ...summary };
        }),
    },
    ...searchConnection,
  ),
);

function questionOf(text: string): ReadQuestion {
  const question = readQuestion(text);
  if ('code' in question) throw apiError('BAD_USER_INPUT', question.message);
  return question;
}

/**
 * The question's vector; null where no model is at hand or it fails. Search then goes by words, which the answer cannot
 * show: the metrics count it, and a failure is logged.
 */
export async function vectorOf(
  { text }: ReadQuestion,
  model: string | null,
  { embedQuery, searches, reportError }: ApiContext,
): Promise<Float32Array | null> {
  if (text === '' || model === null) return null;
  try {
    const vector = await embedQuery(text, model, AbortSignal.timeout(15_000));
    if (vector === null) searches.degraded('unavailable');
    return vector;
  } catch (error) {
    searches.degraded('failed');
    reportError({ error, model }, 'A question could not be embedded; its search goes by words.');
    return null;
  }
}

/** A hit with the lines of it that match. `asked` identifies the search. */
export function viewOf(
  { entry, symbol, title, score, reasons, alsoAt, origin }: MemoryHit,
  question: ReadQuestion,
  asked: string,
): HitView {
  const { text, before, highlights } = snippetOf({
    content: entry.content,
    question,
    named: entry.kind === 'CODE' && reasons.includes('SYMBOL') ? symbol : null,
  });
  const { path, startLine } = entry;
  return {
    asked,
    entry,
    symbol,
    title,
    score,
    reasons,
    alsoAt,
    snippet: text,
    snippetStartLine: path === null || startLine === null ? null : startLine + before,
    highlights,
    repositoryId: origin?.repositoryId ?? null,
    commitOid: origin?.commitOid ?? null,
    isCurrent: origin?.isCurrent ?? true,
  };
}

/** The state to be searched. An ID of another project is the same error as an ID of nothing. */
function wantedOf(
  projectId: string,
  args: {
    repositoryId?: string | null | undefined;
    repositoryIds?: readonly string[] | null | undefined;
    branch?: string | null | undefined;
    asOf?: string | null | undefined;
  },
): Omit<WantedSnapshots, 'names'> {
  const sync = args.asOf == null ? null : tenantId(args.asOf, 'ProjectSync');
  if (args.asOf != null && sync?.projectId !== projectId) throw nothingKept({ syncId: args.asOf });
  const ids = [...(args.repositoryIds ?? []), ...(args.repositoryId == null ? [] : [args.repositoryId])];
  const repositories = ids.map((id) => tenantId(id, 'Repository'));
  if (repositories.some((repository) => repository?.projectId !== projectId)) throw noRepository();
  const isLimited = args.repositoryIds != null || args.repositoryId != null;
  return {
    syncId: sync?.id ?? null,
    repositoryIds: isLimited
      ? [...new Set(repositories.flatMap((one) => (one == null ? [] : [one.id])))]
      : null,
    branch: sync === null ? textOf(args.branch) : null,
  };
}

async function checkRepositories(
  projectId: string,
  ids: readonly string[] | null,
  { prisma }: ApiContext,
): Promise<void> {
  if (ids === null) return;
  const found = await prisma.repository.count({
    where: { projectId, id: { in: [...ids] }, removedAt: null },
  });
  if (found !== ids.length) throw noRepository();
}

/** A short name for a search, so that its hits have IDs of their own. */
export function nameOfSearch(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}

function noRepository(): Error {
  return apiError('REPOSITORY_NOT_FOUND', 'There is no such repository in this project.');
}

function nothingKept({ syncId }: Pick<WantedSnapshots, 'syncId'>): Error {
  return syncId === null
    ? apiError('BRANCH_NOT_FOUND', 'Nothing is kept of this branch. Sync it first.')
    : apiError('SYNC_NOT_FOUND', 'There is no such finalized sync in this project.');
}
