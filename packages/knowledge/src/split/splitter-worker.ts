import { parentPort } from 'node:worker_threads';
import { isWorn } from '../syntax/read-syntax.ts';
import { giveWay } from './give-way.ts';
import { splitWithFacts, type SplitInput } from './split-text.ts';

// Texts are split in this thread, so that the server answers meanwhile.
giveWay();
parentPort?.on('message', (input: SplitInput) => {
  splitWithFacts(input).then(
    (result) => parentPort?.postMessage({ result, isWorn: isWorn() }),
    (error: unknown) =>
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});
