import { parentPort } from 'node:worker_threads';
import { factsOfText } from '../facts/facts-of-text.ts';
import { redact } from '../secrets/redact.ts';
import { isWorn } from '../syntax/read-syntax.ts';
import { giveWay } from './give-way.ts';
import { splitText, type SplitInput } from './split-text.ts';
import type { SplitResult } from './split-thread.ts';

// Texts are split in this thread, so that the server answers meanwhile.
giveWay();
parentPort?.on('message', (input: SplitInput) => {
  read(input).then(
    (result) => parentPort?.postMessage({ result, isWorn: isWorn() }),
    (error: unknown) =>
      parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) }),
  );
});

async function read(input: SplitInput): Promise<SplitResult> {
  if (input.factsOnly !== true) return { entries: await splitText(input), facts: null };
  // A text that no grammar survives has no facts.
  if (input.byLines === true) return { entries: [], facts: null };
  // A signature holds its default values, so facts are as secret as their text.
  return { entries: [], facts: await factsOfText({ ...input, text: redact(input.text).text }) };
}
