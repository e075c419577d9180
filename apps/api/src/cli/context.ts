import { z } from 'zod';
import { EXIT, type Command } from './command.ts';
import { storedSnapshots } from './stored-snapshots.ts';

const answer = z.object({
  node: z
    .object({
      snapshot: z
        .object({
          context: z.object({
            text: z.string(),
            tokens: z.number(),
            tokenizer: z.string(),
            commitOid: z.string(),
            commitsBehind: z.number().nullable(),
            omitted: z.number(),
            rules: z.array(z.object({ title: z.string(), path: z.string().nullable() })),
            documents: z.array(z.object({ title: z.string(), path: z.string().nullable() })),
            passages: z.array(
              z.object({ entry: z.object({ path: z.string().nullable(), title: z.string() }) }),
            ),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

const question = `
  query ($id: ID!, $task: String!, $paths: [String!], $maxTokens: Int) {
    node(id: $id) { ... on ProjectSync { snapshot { context(task: $task, paths: $paths, maxTokens: $maxTokens) {
      text tokens tokenizer commitOid commitsBehind omitted
      rules { title path } documents { title path } passages { entry { path title } }
    } } } }
  }`;

/** Prints what is worth knowing before a task is begun, for each repository that the flags let through. */
export const context: Command = async ({ client, words, flags, say }) => {
  const found = [];
  for (const snapshot of await storedSnapshots(client, flags)) {
    const { node } = await client.ask(answer, question, {
      id: snapshot.syncId,
      task: words.join(' '),
      paths: flags.paths.length === 0 ? null : [...flags.paths],
      maxTokens: flags.maxTokens ?? 8000,
    });
    const told = node?.snapshot?.context;
    if (told !== undefined)
      found.push({ project: snapshot.project, repository: snapshot.repository, ...told });
  }
  say(found.map(({ text }) => text).join('\n'), found);
  return found.length > 0 ? EXIT.done : EXIT.nothing;
};
