import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One package of the training corpus. */
export interface CorpusPackage {
  /** `npm`: a package of the npm registry; `deb`: a binary package of Debian; `src`: a source package of Debian. */
  readonly from: 'npm' | 'deb' | 'src';
  readonly name: string;
  readonly version: string;
  /** The licence as the package's own metadata states it. */
  readonly licence: string;
  /** True if the package is kept out of training, to measure the model on code that it has never seen. */
  readonly isHeldOut: boolean;
}

/** Reads `corpus.tsv`: one package a line, in the order of which every later step depends. */
export function readCorpus(file = join(import.meta.dirname, 'corpus.tsv')): CorpusPackage[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [from, name, version, licence, use] = line.split('\t');
      if ((from !== 'npm' && from !== 'deb' && from !== 'src') || !name || !version || !licence)
        throw new Error(`${file}: expected five columns separated by tabs, found "${line}".`);
      return { from, name, version, licence, isHeldOut: use === 'measure' };
    });
}

/** The folder of a package inside the corpus folder. */
export function folderOf({ from, name }: Pick<CorpusPackage, 'from' | 'name'>): string {
  return `${from}-${name.replace('@', '').replace('/', '+')}`;
}
