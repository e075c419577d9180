import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Worker } from 'node:worker_threads';
import { folderOf, readCorpus, type CorpusPackage } from './corpus.ts';
import { countPlainWords, firstSentence, LONGEST_ANSWER, LONGEST_QUESTION, type Pair } from './pair.ts';
import { CodeScanner, isCode } from './scan-code.ts';
import { isProse, scanDocs } from './scan-docs.ts';

/** Pairs taken of one package at most: the largest would otherwise outweigh all others together. */
const MOST_PER_PACKAGE = 3500;
/** Files above this size are bundles or tables of data. */
const LARGEST_FILE = 1_500_000;
/** Lines longer than this on average are written by programs. */
const LONGEST_MEAN_LINE = 160;
/** A question that comes back more often says nothing about its answer ("Constructor."). */
const MOST_REPEATS = 3;

const unread =
  /(?:^|\/)(?:node_modules|vendor|third_party|locales?|i18n|translations|\.git|licenses?|umd)\/|\.min\.|(?:^|\/)(?:changelog|news|authors|copying|licen[cs]e|contributors|release-?notes)/i;

/** The files of a folder, by path in the order of their bytes. */
function* filesBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** A number that depends on a text alone, to sample by without a preference. */
function shuffleKey(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.includes('.') ? name.slice(name.lastIndexOf('.') + 1).toLowerCase() : '';
}

/** The pairs of one file. */
function pairsOfFile(path: string, text: string): Pair[] {
  const extension = path.endsWith('.rst.txt') ? 'rst' : extensionOf(path);
  if (text.includes('\0') || text.length / (text.split('\n').length + 1) > LONGEST_MEAN_LINE) {
    if (!extension.startsWith('htm')) return [];
  }
  if (isCode(extension)) return new CodeScanner(text, { path, extension }).scan();
  return isProse(extension) ? scanDocs(text, extension) : [];
}

/** Filters repeated pairs, over all packages. */
class Repeats {
  readonly #pairs = new Set<string>();
  readonly #questions = new Map<string, number>();

  isNew({ question, answer }: Pair): boolean {
    const asked = shuffleKey(question).slice(0, 14);
    const key = `${asked}${shuffleKey(answer).slice(0, 14)}`;
    const times = this.#questions.get(asked) ?? 0;
    if (this.#pairs.has(key) || times >= MOST_REPEATS) return false;
    this.#pairs.add(key);
    this.#questions.set(asked, times + 1);
    return true;
  }
}

/** Shortens a pair; every second description asks with its first sentence alone, as a person would. */
function trimmed({ kind, question, answer }: Pair): Pair {
  const isShort = kind === 'doc' && shuffleKey(answer).charCodeAt(0) % 2 === 0;
  return {
    kind,
    question: (isShort ? firstSentence(question) : question).slice(0, LONGEST_QUESTION),
    answer: answer.slice(0, LONGEST_ANSWER),
  };
}

function isEnglish(text: string): boolean {
  let foreign = 0;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x2ff) foreign += 1;
  return foreign * 10 <= text.length;
}

/** Collects the pairs of one package, its files in an order that depends on their paths alone. */
export function* pairsOfPackage(folder: string): Generator<Pair> {
  const repeats = new Repeats();
  const files = [...filesBelow(folder)]
    .filter((path) => !unread.test(relative(folder, path)))
    .map((path) => ({ path, key: shuffleKey(relative(folder, path)) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  // Sphinx ships the sources of its pages beside them.
  const hasSources = files.some(({ path }) => path.includes('/_sources/'));
  let taken = 0;
  for (const { path } of files) {
    const extension = extensionOf(path);
    if (hasSources && extension.startsWith('htm')) continue;
    if (!isCode(extension) && !isProse(extension)) continue;
    if (statSync(path).size > LARGEST_FILE) continue;
    for (const found of pairsOfFile(relative(folder, path), readFileSync(path, 'utf8'))) {
      const pair = trimmed(found);
      if (countPlainWords(pair.question) < 2 || !isEnglish(pair.question) || !repeats.isNew(pair)) continue;
      yield pair;
      taken += 1;
      if (taken >= MOST_PER_PACKAGE) return;
    }
  }
}

/** The pairs of one package. */
export interface PackagePairs {
  readonly from: CorpusPackage;
  readonly pairs: readonly Pair[];
}

/** Packages that the scanning threads may be ahead of the reader. */
const AHEAD = 4;

/** A thread that scans packages, one answer for each question in their order. */
class ScanThread {
  readonly #worker = new Worker(new URL('./scan-worker.ts', import.meta.url));

  scan(folder: string): Promise<readonly Pair[]> {
    return new Promise((resolve, reject) => {
      this.#worker.once('error', reject);
      this.#worker.once('message', (pairs: readonly Pair[]) => {
        this.#worker.off('error', reject);
        resolve(pairs);
      });
      this.#worker.postMessage(folder);
    });
  }

  close(): Promise<number> {
    return this.#worker.terminate();
  }
}

/** The packages of the list that are in the corpus folder. */
export function presentPackages(corpusFolder: string): CorpusPackage[] {
  const present = new Set(readdirSync(corpusFolder));
  return readCorpus().filter((each) => present.has(folderOf(each)));
}

/** Collects the pairs of every package that is in the corpus folder, in the order of the list. */
export async function* collectPairs(
  corpusFolder: string,
  options: { readonly isWanted: (each: CorpusPackage) => boolean; readonly threads: number },
): AsyncGenerator<PackagePairs> {
  const repeats = new Repeats();
  const wanted = presentPackages(corpusFolder).filter(options.isWanted);
  const threads = Array.from({ length: options.threads }, () => new ScanThread());
  const lanes: Promise<unknown>[] = threads.map(() => Promise.resolve());
  const scans: Promise<readonly Pair[]>[] = [];
  const start = (index: number): void => {
    const from = wanted[index];
    const lane = index % threads.length;
    const thread = threads[lane];
    if (from === undefined || thread === undefined) return;
    const scan = (lanes[lane] ?? Promise.resolve()).then(() =>
      thread.scan(join(corpusFolder, folderOf(from))),
    );
    lanes[lane] = scan;
    scans[index] = scan;
  };
  for (let index = 0; index < AHEAD * threads.length; index += 1) start(index);
  try {
    for (const [index, from] of wanted.entries()) {
      const pairs = ((await scans[index]) ?? []).filter((pair) => repeats.isNew(pair));
      scans[index] = Promise.resolve([]);
      start(index + AHEAD * threads.length);
      yield { from, pairs };
    }
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}
