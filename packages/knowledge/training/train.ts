import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readModel, writeModel } from '../src/embed/static-embedder-model.ts';
import { STATIC_MODEL, TextVectors } from '../src/embed/static-embedder.ts';
import { collectPairs, presentPackages, type PackagePairs } from './collect-pairs.ts';
import { PairEncoder } from './encode-pairs.ts';
import { fetchCorpus } from './fetch-corpus.ts';
import { measure } from './measure.ts';
import { loadPairs, savePairs, type EncodedCorpus } from './pair-cache.ts';
import { quantize } from './quantize.ts';
import { trainTable } from './train-table.ts';
import { writeManifest } from './write-manifest.ts';

const { values } = parseArgs({
  options: {
    corpus: { type: 'string', default: '.tmp/embedder-corpus' },
    out: { type: 'string', default: join(import.meta.dirname, '../model/code-1.bin') },
    packages: { type: 'string', default: '100000' },
    epochs: { type: 'string', default: '2.2' },
    batch: { type: 'string', default: '1024' },
    run: { type: 'string', default: '128' },
    rate: { type: 'string', default: '0.1' },
    temperature: { type: 'string', default: '0.05' },
    dropped: { type: 'string', default: '0.3' },
    dimension: { type: 'string', default: '384' },
    pairs: { type: 'string', default: '' },
    threads: { type: 'string', default: '2' },
    'no-fetch': { type: 'boolean', default: false },
    'no-measure': { type: 'boolean', default: false },
  },
});
const size = { words: 34_000, identifiers: 9_000, buckets: 8192 };
const report = (line: string): void => void process.stdout.write(`${line}\n`);
const started = performance.now();
const threads = Number(values.threads);
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(0)} s`;

const corpus = resolve(values.corpus);
if (!values['no-fetch']) for (const line of fetchCorpus(corpus)) report(`not fetched: ${line}`);

async function encodeCorpus(): Promise<EncodedCorpus> {
  const encoder = new PairEncoder();
  let packages = 0;
  for await (const each of collectPairs(corpus, { isWanted: ({ isHeldOut }) => !isHeldOut, threads })) {
    if (packages >= Number(values.packages)) break;
    encoder.add(each);
    packages += 1;
    if (packages % 20 === 0) report(`${packages} packages read, ${seconds()}`);
  }
  return encoder.finish(size);
}

const kept = values.pairs === '' ? null : loadPairs(values.pairs);
const { vocabulary, pairs } = kept ?? (await encodeCorpus());
if (kept === null && values.pairs !== '') savePairs(values.pairs, { vocabulary, pairs });
report(`${pairs.count} pairs, ${vocabulary.words.length} words, ${pairs.tokens.length} tokens, ${seconds()}`);
const dimension = Number(values.dimension);
const trained = await trainTable(pairs, {
  ...{ dimension, batch: Number(values.batch), run: Number(values.run), epochs: Number(values.epochs) },
  ...{ rate: Number(values.rate), temperature: Number(values.temperature), dropped: Number(values.dropped) },
  ...{ seed: 1, threads, report },
});
report(`trained, loss ${trained.loss.toFixed(4)}, ${seconds()}`);
const quantized = quantize(trained.table, dimension);
const bytes = writeModel({ name: STATIC_MODEL, dimension, ...vocabulary, ...quantized });
mkdirSync(join(values.out, '..'), { recursive: true });
writeFileSync(values.out, bytes);
report(`${values.out}: ${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')}`);
writeManifest({
  file: join(values.out, '../MANIFEST.tsv'),
  ...{ modelName: STATIC_MODEL, model: bytes, pairs },
  packages: presentPackages(corpus).filter(({ isHeldOut }) => !isHeldOut),
});

async function reportMeasures(): Promise<void> {
  const heldOut: PackagePairs[] = [];
  for await (const each of collectPairs(corpus, { isWanted: ({ isHeldOut }) => isHeldOut, threads }))
    heldOut.push(each);
  for (const [label, { mean, byKind }] of measure(new TextVectors(readModel(bytes)), heldOut)) {
    const kinds = [...byKind].map(([kind, each]) => `${kind} ${each.toFixed(3)}`);
    report(`${label}: MRR@10 ${mean.toFixed(3)} | ${kinds.join(' ')}`);
  }
}

if (!values['no-measure']) await reportMeasures();
report(`done, ${seconds()}`);
