import { runFuzz } from '@project-sync/knowledge/testing';
import { fuzzTargets } from '../src/testing/fuzz-targets.ts';

// Tries the readers of Git's objects, paths and addresses with hostile bytes.
// `node packages/sync/bench/fuzz.ts [--target paths] [--minutes 60] [--seed 1] [--from 0] [--table docs/fuzzing.tsv]`
await runFuzz(import.meta.url, () => ({ targets: fuzzTargets }));
