import { createSplitter } from '../src/index.ts';
import { fuzzTargets, runFuzz, splitterTarget } from '../src/testing/index.ts';

// Tries the redactor, the splitter with its threads, the rules of paths, search operators and the decoder with hostile texts.
// `node packages/knowledge/bench/fuzz.ts [--target redactor] [--minutes 60] [--seed 1] [--from 0] [--table docs/fuzzing.tsv]`
await runFuzz(import.meta.url, () => {
  const splitter = createSplitter({ threads: 1, parseMs: 500, memoryMb: 512 });
  const targets = fuzzTargets.filter(({ name }) => name !== 'splitter');
  return {
    targets: [splitterTarget((input) => splitter.split(input)), ...targets],
    close: () => splitter.close(),
  };
});
