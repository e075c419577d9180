import { z } from 'zod';
import { EXIT, type CommandInput } from './command.ts';
import { connectedRepository } from './target.ts';

const failure = { code: z.string().exactOptional(), message: z.string().exactOptional() };
const delivery = z.object({
  receivedAt: z.string(),
  forge: z.string(),
  event: z.string(),
  branches: z.array(z.string()),
  status: z.number(),
  outcome: z.string(),
});

/** Makes the address and the secret by which the Git server of a repository reports pushes. */
export async function setPushHook({ client, flags, say }: CommandInput, word: string): Promise<number> {
  const { id } = await connectedRepository(client, word, flags.project);
  const { made } = await client.ask(
    z.object({
      made: z.object({
        ...failure,
        secret: z.string().exactOptional(),
        pushHook: z.object({ url: z.string() }).exactOptional(),
      }),
    }),
    'mutation ($id: ID!) { made: setPushHook(input: { repositoryId: $id }) { ... on SetPushHookSuccess { secret pushHook { url } } ... on Error { code message } } }',
    { id },
  );
  const { url } = client.orThrow(made.pushHook, made);
  const secret = made.secret ?? '';
  say(`${url}\n${secret}\nEnter both at the Git server. The secret is shown only once.`, { url, secret });
  return EXIT.done;
}

/** Lists what came to that address. */
export async function listPushes({ client, flags, say }: CommandInput, word: string): Promise<number> {
  const { id } = await connectedRepository(client, word, flags.project);
  const { node } = await client.ask(
    z.object({ node: z.object({ pushDeliveries: z.object({ nodes: z.array(delivery) }) }) }),
    'query ($id: ID!, $first: Int!) { node(id: $id) { ... on Repository { pushDeliveries(first: $first) { nodes { receivedAt forge event branches status outcome } } } } }',
    { id, first: flags.limit ?? 20 },
  );
  const rows = node.pushDeliveries.nodes;
  const lines = rows.map(
    ({ receivedAt, forge, event, branches, status, outcome }) =>
      `${receivedAt}  ${forge}  ${event}  ${branches.join(',') || '-'}  ${status}  ${outcome}`,
  );
  say(lines.join('\n') || 'Nothing has been received.', rows);
  return EXIT.done;
}
