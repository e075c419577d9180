import { parentPort } from 'node:worker_threads';
import { splitText } from './split-text.ts';

// Parsing runs here, so that the server answers while a large repository is read.
parentPort?.on('message', ({ id, text, dialect }: { id: number; text: string; dialect: string }) => {
  splitText({ text, dialect }).then(
    (entries) => parentPort?.postMessage({ id, entries }),
    (error: unknown) =>
      parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) }),
  );
});
