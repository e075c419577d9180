import type { HighlightAnswer, HighlightRequest } from './highlight-messages.ts';
import { grammarOf } from './grammar.ts';
import { ColouredText, type PackedColours } from './coloured-text.ts';

const waiting = new Map<number, (colours: PackedColours | null) => void>();
let worker: Worker | undefined;
let last = 0;

/** Colours a text in the worker, which is started with the first one. `inTurn` is for one of many texts on a page. */
export function highlightInWorker(
  text: string,
  path: string,
  { inTurn = false } = {},
): Promise<ColouredText | null> {
  if (grammarOf(path) === null) return Promise.resolve(null);
  worker ??= start();
  const request: HighlightRequest = { id: ++last, text, path, inTurn };
  worker.postMessage(request);
  return new Promise((resolve) =>
    waiting.set(request.id, (colours) => resolve(colours === null ? null : new ColouredText(text, colours))),
  );
}

function start(): Worker {
  const started = new Worker(new URL('./highlight.worker.ts', import.meta.url), { type: 'module' });
  started.addEventListener('message', ({ data }: MessageEvent<HighlightAnswer>) => {
    waiting.get(data.id)?.(data.colours);
    waiting.delete(data.id);
  });
  // A worker that cannot be loaded leaves the text uncoloured.
  started.addEventListener('error', () => {
    for (const resolve of waiting.values()) resolve(null);
    waiting.clear();
  });
  return started;
}
