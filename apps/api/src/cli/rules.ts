import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Client } from './client.ts';
import { EXIT, UsageError, wordOf, type Command, type CommandForm, type CommandInput } from './command.ts';
import { Refusal } from './refusal.ts';
import { storedSnapshots } from './stored-snapshots.ts';

const authority = z.enum(['MANDATORY', 'GUIDELINE', 'INFORMATIONAL']);
const rule = z.object({
  title: z.string(),
  path: z.string().nullable(),
  scope: z.array(z.string()),
  authority,
  content: z.string(),
});

const row = rule.extend({ id: z.string() });

/** The form of an export, which an import takes. */
const ruleFile = z.object({ version: z.literal(1), rules: z.array(rule).max(1000) });
const rows = z.object({
  node: z
    .object({
      snapshot: z
        .object({
          documents: z.object({
            nodes: z.array(row),
            pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

const page = `
  query ($id: ID!, $after: String) { node(id: $id) { ... on ProjectSync { snapshot {
    documents(kinds: [REPOSITORY, WRITTEN], first: 50, after: $after) {
      nodes { id title path scope authority content } pageInfo { hasNextPage endCursor }
    } } } } }`;

const put = `
  mutation ($input: PutDocumentInput!) { putDocument(input: $input) {
    __typename ... on PutDocumentSuccess { document { id } } ... on Error { code message } } }`;
const stored = z.object({
  putDocument: z.object({ code: z.string().optional(), message: z.string().optional() }),
});

/** Prints the documents with an authority as JSON, or stores those of such a file as documents of the project. */
export const rules: Command = (input) => (wordOf(input) === 'export' ? exported(input) : imported(input));

/** `export`, or `import` with a file. */
export const checkRules: NonNullable<CommandForm['check']> = ({ words: [action, file], flags }) => {
  if (action !== 'export' && action !== 'import') throw new UsageError('rules takes export or import.');
  if (action === 'import' && file === undefined) throw new UsageError('rules import needs a file.');
  if (action === 'import' && flags.project === undefined)
    throw new UsageError('rules import needs --project.');
};

async function exported({ client, flags, say }: CommandInput): Promise<number> {
  const found = new Map<string, z.infer<typeof rule>>();
  for (const { syncId } of await storedSnapshots(client, flags))
    for await (const { id, ...one } of documentsOf(client, syncId)) found.set(id, one);
  const file = { version: 1, rules: [...found.values()] };
  say(JSON.stringify(file, null, 2), file);
  return found.size > 0 ? EXIT.done : EXIT.nothing;
}

async function* documentsOf(client: Client, id: string): AsyncGenerator<z.infer<typeof row>> {
  let after: string | null = null;
  do {
    const answer: z.infer<typeof rows> = await client.ask(rows, page, { id, after });
    const documents = answer.node?.snapshot?.documents;
    yield* documents?.nodes ?? [];
    after = documents?.pageInfo.hasNextPage === true ? documents.pageInfo.endCursor : null;
  } while (after !== null);
}

async function imported({ client, words: [, file = ''], flags, say }: CommandInput): Promise<number> {
  const read = ruleFile.safeParse(await jsonOf(file));
  if (!read.success)
    throw new UsageError(`${file} is no export of rules: ${read.error.issues[0]?.message ?? ''}.`);
  const { projects } = await client.ask(
    z.object({ projects: z.object({ nodes: z.array(z.object({ id: z.string(), slug: z.string() })) }) }),
    'query ($slug: String) { projects(query: $slug, first: 20) { nodes { id slug } } }',
    { slug: flags.project ?? null },
  );
  const project = projects.nodes.find(({ slug }) => slug === flags.project);
  if (project === undefined)
    throw new Refusal('PROJECT_NOT_FOUND', `There is no project ${flags.project ?? ''}.`);
  for (const { path, ...one } of read.data.rules) {
    const { putDocument } = await client.ask(stored, put, {
      input: { projectId: project.id, ...one, ...(path === null ? {} : { path }) },
    });
    if (putDocument.code !== undefined)
      throw new Refusal(putDocument.code, `${one.title}: ${putDocument.message ?? ''}`);
  }
  say(`${read.data.rules.length} documents stored.`, { stored: read.data.rules.length });
  return EXIT.done;
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(
      `${file} could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
