import { z } from 'zod';
import { EXIT, wordOf, type Command } from './command.ts';
import { followSync } from './follow-sync.ts';

const answer = z.object({
  restored: z.object({
    code: z.string().exactOptional(),
    message: z.string().exactOptional(),
    sync: z.object({ id: z.string() }).exactOptional(),
  }),
});

/** Restores the snapshot of an earlier sync, by a new sync. */
export const restore: Command = async (input) => {
  const { client, say } = input;
  const { restored } = await client.ask(
    answer,
    'mutation ($id: ID!) { restored: restoreMemory(input: { syncId: $id }) { ... on RestoreMemorySuccess { sync { id } } ... on Error { code message } } }',
    { id: wordOf(input) },
  );
  const { id: syncId } = client.orThrow(restored.sync, restored);
  const ended = await followSync(input, syncId);
  say(`${ended.status}: ${ended.stats.filesTotal} files as of that sync`, { syncId, ...ended });
  return ended.status === 'COMPLETED' ? EXIT.done : EXIT.failed;
};
