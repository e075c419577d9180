import { taskContext, type TaskContext as FoundContext } from '@project-sync/db';
import { readTask, type ReadQuestion } from '@project-sync/knowledge';
import { builder } from '../graphql/builder.ts';
import type { ApiContext } from '../graphql/context.ts';
import { apiError } from '../graphql/errors.ts';
import { Document } from './document.ts';
import { SearchHit } from './search-hit.ts';
import { nameOfSearch, vectorOf, viewOf } from './search.ts';
import { behindSource } from './snapshot-freshness.ts';
import { Snapshot, type SnapshotView } from './snapshot.ts';

/** The task of a caller, and the tokens that its context may have. */
interface TaskArguments {
  readonly task: string;
  readonly paths?: readonly string[] | null | undefined;
  readonly maxTokens?: number | null | undefined;
}

/** A context with the snapshot and the question that it answers. */
interface TaskContextView {
  readonly snapshot: SnapshotView;
  readonly question: ReadQuestion;
  readonly found: FoundContext;
}

const TOKENS = 8000;
const MOST_PATHS = 200;
const LONGEST_PATH = 4096;

/** The context of a task at a snapshot: what `Snapshot.context` and the tools of agents answer with. */
async function readTaskContext(
  snapshot: SnapshotView,
  { task, paths, maxTokens }: TaskArguments,
  context: ApiContext,
): Promise<TaskContextView> {
  const budget = maxTokens ?? TOKENS;
  if (budget < 1) throw apiError('BAD_USER_INPUT', `maxTokens is ${budget}, and has to be 1 or more.`);
  const question = questionOf(task);
  const touched = touchedPaths(paths ?? []);
  const { projectId } = snapshot;
  const project = await context.prisma.project.findUnique({ where: { id: projectId } });
  const model = project?.embeddingModel ?? null;
  const vector = await vectorOf(question, model, context);
  const counts = context.wordCounts;
  const asked = { question, vector, model, paths: touched, maxTokens: budget, counts };
  const found = await taskContext(context.reads, snapshot, asked);
  if (found.kind === 'too-small')
    throw apiError(
      'CONTEXT_BUDGET_TOO_SMALL',
      `The mandatory rules that bind this task need ${found.needed.toLocaleString('en')} tokens and none is cut, but maxTokens is ${budget.toLocaleString('en')}. Ask with more, or name the paths that the task touches.`,
    );
  return { snapshot, question, found };
}

function questionOf(task: string): ReadQuestion {
  const text = task.replaceAll('\0', '').trim();
  if (text === '')
    throw apiError('BAD_USER_INPUT', 'The task is empty. Say in a sentence what is to be done.');
  const question = readTask(text);
  if ('code' in question) throw apiError('QUESTION_TOO_LONG', question.message);
  return question;
}

/** Paths as they stand in listings. A path that no file has is welcome: the file may be about to be made. */
function touchedPaths(paths: readonly string[]): string[] {
  if (paths.length > MOST_PATHS)
    throw apiError('BAD_USER_INPUT', `A task has ${MOST_PATHS} paths at most; this one has ${paths.length}.`);
  const cleaned = paths.map((path) => path.toWellFormed().replace(/^(?:\.?\/)+|\/+$/g, ''));
  if (
    cleaned.some(
      (path) => path.length > LONGEST_PATH || path.includes('\0') || path.split('/').includes('..'),
    )
  )
    throw apiError('BAD_USER_INPUT', `A path has at most ${LONGEST_PATH} characters and no parts "..".`);
  return [...new Set(cleaned)].filter((path) => path !== '').sort();
}

const TaskContext = builder.objectRef<TaskContextView>('TaskContext').implement({
  description: 'The rules that bind a task, then the code and the documents that serve it.',
  fields: (t) => ({
    text: t.string({
      description:
        'All of it as Markdown, ready to be handed on: byte for byte the same for the same snapshot, task, paths and budget. Text of the repository stands in fences as data, with invisible characters shown and secrets masked.',
      resolve: ({ found }) => found.text,
    }),
    tokens: t.int({
      description: 'The tokens of the text by the tokenizer; never more than the budget.',
      resolve: ({ found }) => found.tokens,
    }),
    tokenizer: t.string({
      description: 'The name of the encoding that the tokens were counted by.',
      resolve: ({ found }) => found.tokenizer,
    }),
    commitOid: t.field({
      type: 'GitObjectId',
      description: 'The commit that everything in the text is of.',
      resolve: ({ snapshot }) => snapshot.commitOid,
    }),
    commitsBehind: t.int({
      nullable: true,
      description:
        'The number of commits that the source is ahead of this one; null where that is not known.',
      resolve: ({ snapshot }, _args, context) => behindSource(snapshot, context),
    }),
    rules: t.field({
      type: [Document],
      description: 'The mandatory rules that bind the task: all of them, whole, the nearest folder first.',
      resolve: ({ snapshot, found }, _args, context) => documentsOf(snapshot, found.ruleIds, context),
    }),
    passages: t.field({
      type: [SearchHit],
      description: 'The passages in the text, best first.',
      resolve: ({ snapshot, found, question }) =>
        found.hits.map((hit) => ({
          ...viewOf(hit, question, nameOfSearch(`${snapshot.syncId} ${question.text}`)),
          commitOid: snapshot.commitOid,
        })),
    }),
    documents: t.field({
      type: [Document],
      description: 'The documents that the text quotes, whole or in part, best first.',
      resolve: ({ snapshot, found }, _args, context) => documentsOf(snapshot, found.documentIds, context),
    }),
    omitted: t.int({
      description: 'The number of passages and documents that were found and did not fit.',
      resolve: ({ found }) => found.omitted,
    }),
  }),
});

/** In the order of the IDs. A document that was replaced meanwhile still has its row. */
async function documentsOf({ projectId }: SnapshotView, ids: readonly string[], { prisma }: ApiContext) {
  if (ids.length === 0) return [];
  const rows = await prisma.document.findMany({ where: { projectId, id: { in: [...ids] } } });
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

builder.objectField(Snapshot, 'context', (t) =>
  t.field({
    type: TaskContext,
    description:
      'The rules, the code and the documents that are worth knowing before a task is begun, within a budget of tokens. Fails with CONTEXT_BUDGET_TOO_SMALL where the mandatory rules alone need more.',
    args: {
      task: t.arg.string({
        required: true,
        description: 'The work to be done, in any words: a sentence, or a whole issue with its stack traces.',
      }),
      paths: t.arg.stringList({
        required: false,
        description:
          'The paths that the task touches, which decide what rules bind it. Without them the folders of the best files decide.',
      }),
      maxTokens: t.arg.int({
        required: false,
        defaultValue: TOKENS,
        description: 'The most tokens that the text may have; 8,000 by default.',
      }),
    },
    resolve: (snapshot, args, context) => readTaskContext(snapshot, args, context),
  }),
);
