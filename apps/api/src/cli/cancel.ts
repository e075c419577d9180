import { z } from 'zod';
import { EXIT, wordOf, type Command } from './command.ts';

const answer = z.object({
  cancelled: z.object({
    code: z.string().exactOptional(),
    message: z.string().exactOptional(),
    sync: z.object({ id: z.string(), status: z.string(), branch: z.string() }).exactOptional(),
  }),
});

/** Stops a sync. */
export const cancel: Command = async (input) => {
  const { client, say } = input;
  const { cancelled } = await client.ask(
    answer,
    'mutation ($id: ID!) { cancelled: cancelSync(input: { syncId: $id }) { ... on CancelSyncSuccess { sync { id status branch } } ... on Error { code message } } }',
    { id: wordOf(input) },
  );
  const sync = client.orThrow(cancelled.sync, cancelled);
  say(
    sync.status === 'CANCELLED'
      ? `The sync of ${sync.branch} is cancelled.`
      : `The sync of ${sync.branch} stops at its next step.`,
    sync,
  );
  return EXIT.done;
};
