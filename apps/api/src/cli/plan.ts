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
  blobsUnsized: z.number(),
  tokensToEmbed: z.number(),
  secondsExpected: z.number().nullable(),
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
       commitOid filesAdded filesModified filesRemoved filesRenamed blobsToFetch bytesToFetch blobsUnsized tokensToEmbed secondsExpected } } } } }`,
    { id: repository.id, branch: flags.branch ?? repository.defaultBranch ?? 'main' },
  );
  if (node.branch === null) {
    say('The branch does not exist.', null);
    return EXIT.notFound;
  }
  const { name, status, plan: found } = node.branch;
  say(found === null ? `${name}: ${status}; nothing to plan.` : textOf(name, found), {
    branch: name,
    status,
    plan: found,
  });
  return EXIT.done;
};

/** Sums of the sizes that the source tells are the least that it can be. */
function textOf(name: string, found: z.infer<typeof plan>): string {
  const least = found.blobsUnsized > 0 ? 'at least ' : '';
  const lines = [
    `${name} at ${found.commitOid.slice(0, 10)}: ${found.filesAdded} files to add, ${found.filesModified} to change, ${found.filesRemoved} to remove, ${found.filesRenamed} to rename`,
    `${found.blobsToFetch} contents to fetch (${least}${found.bytesToFetch} bytes), ${least === '' ? 'about ' : least}${found.tokensToEmbed} tokens to embed`,
  ];
  if (found.secondsExpected !== null)
    lines.push(`about ${Math.ceil(found.secondsExpected)} s, as earlier syncs of about this size took`);
  return lines.join('\n');
}
