import { fuzzTargets, runFuzz } from '../src/testing/index.ts';

// Tries the redactor, the splitter, the rules of paths, search operators and the decoder with hostile texts.
// `node packages/knowledge/bench/fuzz.ts [--target redactor] [--minutes 60] [--seed 1]`
await runFuzz(fuzzTargets, process.argv);
