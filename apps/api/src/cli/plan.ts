import { z } from 'zod';
import { EXIT, wordOf, type Command } from './command.ts';
import { connectedRepository } from './target.ts';

const plan = z.object({
  commitOid: z.string(),
  filesAdded: z.number(),
  filesModified: z.number(),
  filesRemoved: z.number(),
  filesRenamed: z.number(),
  blobsToFetch: z.number(),
  bytesToFetch: z.number(),
  tokensToEmbed: z.number(),
});
const answer = z.object({
  node: z.object({
    branch: z.object({ name: z.string(), status: z.string(), plan: plan.nullable() }).nullable(),
  }),
});

/** Shows what a sync would change and cost. */
export const planSync: Command = async (input) => {
  const { client, flags, say } = input;
  const repository = await connectedRepository(client, wordOf(input), flags.project);
  const { node } = await client.ask(
    answer,
    `query ($id: ID!, $branch: String!) { node(id: $id) { ... on Repository { branch(name: $branch) { name status plan {
       commitOid filesAdded filesModified filesRemoved filesRenamed blobsToFetch bytesToFetch tokensToEmbed } } } } }`,
    { id: repository.id, branch: flags.branch ?? repository.defaultBranch ?? 'main' },
  );
  if (node.branch === null) {
    say('The branch does not exist.', null);
    return EXIT.notFound;
  }
  const { name, status, plan: found } = node.branch;
  say(
    found === null
      ? `${name}: ${status}; nothing to plan.`
      : `${name} at ${found.commitOid.slice(0, 10)}: ${found.filesAdded} files to add, ${found.filesModified} to change, ${found.filesRemoved} to remove, ${found.filesRenamed} to rename\n${found.blobsToFetch} contents to fetch (${found.bytesToFetch} bytes), about ${found.tokensToEmbed} tokens to embed`,
    { branch: name, status, plan: found },
  );
  return EXIT.done;
};
