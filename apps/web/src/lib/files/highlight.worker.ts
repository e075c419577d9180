import type { HighlightAnswer, HighlightRequest } from './highlight-messages.ts';
import { highlight } from './highlight.ts';

// A worker: compiling a grammar alone can take seconds, in which the page would not answer a click.
let newest: HighlightRequest | null = null;
let due: ReturnType<typeof setTimeout> | undefined;

addEventListener('message', ({ data }: MessageEvent<HighlightRequest>) => {
  if (newest !== null) send({ id: newest.id, lines: null });
  newest = data;
  // After the messages that are already queued, so that only the newest text is coloured.
  due ??= setTimeout(() => void answer(), 0);
});

async function answer(): Promise<void> {
  due = undefined;
  if (newest === null) return;
  const { id, text, path } = newest;
  newest = null;
  send({ id, lines: await highlight(text, path).catch(() => null) });
}

function send(message: HighlightAnswer): void {
  postMessage(message);
}
