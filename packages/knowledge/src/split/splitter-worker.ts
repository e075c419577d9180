import { parentPort } from 'node:worker_threads';
import { isWorn } from '../syntax/read-syntax.ts';
import { splitText, type SplitInput } from './split-text.ts';

// Texts are split in this thread, so that the server answers meanwhile.
parentPort?.on('message', (input: SplitInput) => {
  splitText(input).then(
    (entries) => parentPort?.postMessage({ entries, isWorn: isWorn() }),
    (error: unknown) =>
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});
