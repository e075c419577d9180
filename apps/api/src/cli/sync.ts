import { EXIT, wordOf, type Command } from './command.ts';
import { progressBar } from './progress-bar.ts';
import { targetOf } from './target.ts';

/** Connects a repository if necessary, syncs it, and shows the progress. */
export const sync: Command = async (input) => {
  const { client, flags, output, say } = input;
  const { slug, ...address } = targetOf(wordOf(input));
  const projectId = await client.project(flags.project ?? slug);
  const repositoryId = await client.connect({ projectId, ...address });
  const syncId = await client.start({ repositoryId, branch: flags.branch ?? null });
  const bar = progressBar(output, flags.json);
  const ended = await client.follow(syncId, bar.show);
  bar.end();
  const { filesTotal, filesAdded, filesModified, filesRemoved } = ended.stats;
  say(
    `${ended.status}: ${filesTotal} files, ${filesAdded} added, ${filesModified} modified, ${filesRemoved} removed${ended.status === 'FAILED' ? `\n${ended.message}` : ''}`,
    { syncId, ...ended },
  );
  return ended.status === 'COMPLETED' ? EXIT.done : EXIT.failed;
};
