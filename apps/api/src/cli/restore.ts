import { z } from 'zod';
import { EXIT, wordOf, type Command } from './command.ts';
import { progressBar } from './progress-bar.ts';

const answer = z.object({
  made: z.object({
    code: z.string().exactOptional(),
    message: z.string().exactOptional(),
    sync: z.object({ id: z.string() }).exactOptional(),
  }),
});

/** Makes the state that a sync left the current one again, as a new sync. */
export const restore: Command = async (input) => {
  const { client, flags, say } = input;
  const { made } = await client.ask(
    answer,
    'mutation ($id: ID!) { made: restoreMemory(input: { syncId: $id }) { ... on RestoreMemorySuccess { sync { id } } ... on Error { code message } } }',
    { id: wordOf(input) },
  );
  const { id: syncId } = client.orThrow(made.sync, made);
  const bar = progressBar(flags.json);
  const ended = await client.follow(syncId, bar.show);
  bar.end();
  say(`${ended.status}: ${ended.stats.filesTotal} files stand as they did then`, { syncId, ...ended });
  return ended.status === 'COMPLETED' ? EXIT.done : EXIT.failed;
};
