import { beginSyncs, type BegunSync } from './begin-syncs.ts';
import { branchesToSync } from './branches-to-sync.ts';
import { EXIT, UsageError, type Command, type CommandForm, type CommandInput } from './command.ts';
import { followSync } from './follow-sync.ts';
import { printable } from './output.ts';
import type { ProgressEvent } from './progress-stream.ts';
import { Refusal } from './refusal.ts';

/** Checks that repositories are named, or all are asked for. */
export const checkSync: NonNullable<CommandForm['check']> = ({ words, flags }) => {
  if (flags.all && words.length > 0)
    throw new UsageError('sync --all takes no repository: it syncs every one that is connected.');
  if (!flags.all && words.length === 0)
    throw new UsageError('sync needs a path, a URL or owner/name, or --all.');
};

/** Connects repositories if necessary, syncs them, and shows the progress. */
export const sync: Command = async (input) => {
  const { client, flags, words } = input;
  const begun = flags.all
    ? await branchesToSync(client, flags)
    : await beginSyncs(client, words, { project: flags.project, branch: flags.branch });
  const [only] = begun;
  if (only !== undefined && words.length === 1) return followOne(input, only);
  return followAll(input, begun);
};

/** A single sync is answered as one: its refusal is that of the command. */
async function followOne(input: CommandInput, { sync: begun }: BegunSync): Promise<number> {
  if (begun instanceof Refusal) throw begun;
  const ended = await followSync(input, begun.id);
  input.say(textOf(ended), { syncId: begun.id, ...ended });
  return ended.status === 'COMPLETED' ? EXIT.done : EXIT.failed;
}

/** Follows syncs that run side by side, one after the other. What was refused is reported with the rest. */
async function followAll(input: CommandInput, begun: readonly BegunSync[]): Promise<number> {
  const { flags, output, say } = input;
  if (begun.length === 0) {
    say('There is no repository to sync. Connect one: project-sync sync <path, url or owner/name>', []);
    return EXIT.nothing;
  }
  const rows: object[] = [];
  let failed = 0;
  for (const one of begun) {
    const { row, text, isDone } = await outcomeOf(input, one);
    rows.push(row);
    if (!isDone) failed += 1;
    const { repository, branch } = one.place;
    if (!flags.json) output.log(printable([repository, branch ?? '', text].join('\t')));
  }
  say(`${begun.length - failed} completed, ${failed} not.`, rows);
  return failed === 0 ? EXIT.done : EXIT.failed;
}

async function outcomeOf(input: CommandInput, { place, sync: begun }: BegunSync) {
  if (begun instanceof Refusal) {
    const { code, message } = begun;
    return {
      row: { ...place, error: { code, message } },
      text: `refused: ${message} (${code})`,
      isDone: false,
    };
  }
  const ended = await followSync(input, begun.id);
  return {
    row: { ...place, syncId: begun.id, ...ended },
    text: textOf(ended),
    isDone: ended.status === 'COMPLETED',
  };
}

function textOf({ status, message, stats }: ProgressEvent): string {
  const { filesTotal, filesAdded, filesModified, filesRemoved } = stats;
  const counts = `${filesTotal} files, ${filesAdded} added, ${filesModified} modified, ${filesRemoved} removed`;
  return `${status}: ${counts}${status === 'FAILED' ? `\n${message}` : ''}`;
}
