import { z } from 'zod';
import type { Client } from './client.ts';
import { EXIT, type Command } from './command.ts';
import { onOneLine } from './output.ts';
import { storedSnapshots } from './stored-snapshots.ts';

const listed = z.object({
  kind: z.string(),
  title: z.string(),
  path: z.string().nullable(),
  authority: z.string(),
});
const listAnswer = z.object({
  node: z
    .object({
      snapshot: z
        .object({
          documents: z.object({
            nodes: z.array(listed),
            pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
          }),
        })
        .nullable(),
    })
    .nullable(),
});
const pageAnswer = z.object({
  node: z
    .object({
      snapshot: z.object({ document: listed.extend({ content: z.string() }).nullable() }).nullable(),
    })
    .nullable(),
});

/** Lists the documents of each snapshot, or prints the one at a path. */
export const documents: Command = (input) => (input.words[0] === undefined ? list(input) : print(input));

/** Every document of a snapshot, a page at a time. */
async function* documentsOf(client: Client, id: string): AsyncGenerator<z.infer<typeof listed>> {
  let after: string | null = null;
  do {
    const answer: z.infer<typeof listAnswer> = await client.ask(
      listAnswer,
      'query ($id: ID!, $after: String) { node(id: $id) { ... on ProjectSync { snapshot { documents(first: 100, after: $after) { nodes { kind title path authority } pageInfo { hasNextPage endCursor } } } } } }',
      { id, after },
    );
    const found = answer.node?.snapshot?.documents;
    yield* found?.nodes ?? [];
    after = found?.pageInfo.hasNextPage === true ? found.pageInfo.endCursor : null;
  } while (after !== null);
}

const list: Command = async ({ client, flags, say }) => {
  const rows = [];
  for (const { syncId, project } of await storedSnapshots(client, flags))
    for await (const row of documentsOf(client, syncId)) rows.push({ project, ...row });
  say(rows.map(lineOf).join('\n') || 'There are no documents yet.', rows);
  return rows.length > 0 ? EXIT.done : EXIT.nothing;
};

const lineOf = ({ kind, authority, path, title }: z.infer<typeof listed>): string =>
  onOneLine([kind.toLowerCase(), authority.toLowerCase(), path ?? '-', title].join('  '));

const print: Command = async ({ client, flags, words: [path = ''], say }) => {
  for (const { syncId, project } of await storedSnapshots(client, flags)) {
    const { node } = await client.ask(
      pageAnswer,
      'query ($id: ID!, $path: String!) { node(id: $id) { ... on ProjectSync { snapshot { document(path: $path) { kind title path authority content } } } } }',
      { id: syncId, path },
    );
    const document = node?.snapshot?.document;
    if (document == null) continue;
    say(document.content, { project, ...document });
    return EXIT.done;
  }
  say(`There is no document at ${path}. List them: project-sync documents`, null);
  return EXIT.nothing;
};
