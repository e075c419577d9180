import type { HighlightAnswer, HighlightRequest } from './highlight-messages.ts';
import { highlight } from './highlight.ts';

// A worker: compiling a grammar alone can take seconds, in which the page would not answer a click.
let waiting: HighlightRequest[] = [];
let isBusy = false;

addEventListener('message', ({ data }: MessageEvent<HighlightRequest>) => {
  if (!data.inTurn) drop();
  waiting.push(data);
  // After the messages that are already queued, so that of the texts that replace each other only the newest is coloured.
  if (!isBusy) setTimeout(() => void answer(), 0);
  isBusy = true;
});

/** Gives up the texts that a newer one replaces. */
function drop(): void {
  for (const { id } of waiting.filter(({ inTurn }) => !inTurn)) send({ id, colours: null });
  waiting = waiting.filter(({ inTurn }) => inTurn);
}

async function answer(): Promise<void> {
  for (;;) {
    const next = waiting.shift();
    if (next === undefined) break;
    send({ id: next.id, colours: await highlight(next.text, next.path).catch(() => null) });
  }
  isBusy = false;
}

function send(message: HighlightAnswer): void {
  const { colours } = message;
  // Moved, not copied.
  const moved =
    colours === null ? [] : [colours.starts, colours.firsts, colours.runs].map(({ buffer }) => buffer);
  postMessage(message, { transfer: moved });
}
