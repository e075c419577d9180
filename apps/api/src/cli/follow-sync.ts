import { Interrupted, type CommandInput } from './command.ts';
import { progressBar } from './progress-bar.ts';
import type { ProgressEvent } from './progress-stream.ts';

/** Shows a sync until it ends, and returns its last event. Ctrl-C ends the command and says what goes on. */
export async function followSync(
  { client, flags, output, signal, ownsWorker }: CommandInput,
  syncId: string,
): Promise<ProgressEvent> {
  const bar = progressBar(output, flags.json);
  const followed = client.follow(syncId, bar.show);
  if (signal === undefined) return followed.finally(bar.end);
  const interrupted = new Promise<never>((_resolve, reject) => {
    const stop = (): void => reject(new Interrupted(wordsFor(syncId, ownsWorker)));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  // A stream that breaks after the interruption is no further error.
  followed.catch(() => undefined);
  return Promise.race([followed, interrupted]).finally(bar.end);
}

function wordsFor(syncId: string, ownsWorker: boolean): string {
  return ownsWorker
    ? `The sync stops with this command. It goes on with the next server or the next sync: project-sync watch ${syncId}`
    : `The sync goes on.\nFollow it: project-sync watch ${syncId}\nStop it:   project-sync cancel ${syncId}`;
}
