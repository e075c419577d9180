import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { CorpusPackage } from './corpus.ts';
import type { EncodedPairs } from './encode-pairs.ts';

export interface ManifestOptions {
  readonly file: string;
  readonly modelName: string;
  readonly model: Buffer;
  /** The packages that were read, in the order in which their pairs are numbered. */
  readonly packages: readonly CorpusPackage[];
  readonly pairs: EncodedPairs;
}

const origins = {
  npm: 'npm registry',
  deb: 'Debian, binary package',
  src: 'Debian, source package',
} as const;

/** Writes down what a model was trained on: every package with its version, its licence and the pairs taken of it. */
export function writeManifest({ file, modelName, model, packages, pairs }: ManifestOptions): void {
  const counts = new Uint32Array(packages.length);
  for (const number of pairs.packages) counts[number] = (counts[number] ?? 0) + 1;
  const lines = packages.map(
    ({ from, name, version, licence }, number) =>
      `${origins[from]}\t${name}\t${version}\t${licence}\t${counts[number] ?? 0}`,
  );
  const head = [
    `Model\t${modelName}`,
    `SHA-256\t${createHash('sha256').update(model).digest('hex')}`,
    `Pairs\t${pairs.count}`,
    '',
    'The table of vectors in this folder was computed from pairs of texts of the packages below. It holds single words,',
    'identifiers and numbers, and no text or code of theirs. Licences are those that each package states as its own.',
    '',
    'origin\tpackage\tversion\tlicence\tpairs',
  ];
  writeFileSync(file, `${[...head, ...lines].join('\n')}\n`);
}
