import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { folderOf, readCorpus, type CorpusPackage } from './corpus.ts';

const DEBIAN_SOURCES = '/etc/apt/sources.list.d/debian.sources';

/** Runs a command in a folder; its output is shown only if it fails. */
function run(folder: string, command: string, args: readonly string[]): string {
  return execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Options that let apt read source packages without touching the machine's own configuration: the same archive as the
 * binary packages, asked for sources, with lists in a folder of their own.
 */
function sourceOptions(work: string): string[] {
  const folder = join(work, 'apt');
  const lists = join(folder, 'lists');
  const options = [
    'Dir::Etc::sourcelist=/dev/null',
    `Dir::Etc::sourceparts=${folder}`,
    `Dir::State::lists=${lists}`,
  ].flatMap((option) => ['-o', option]);
  if (!existsSync(lists)) {
    mkdirSync(join(lists, 'partial'), { recursive: true });
    const binary = readFileSync(DEBIAN_SOURCES, 'utf8');
    writeFileSync(join(folder, 'sources.sources'), binary.replaceAll(/^Types: deb$/gm, 'Types: deb-src'));
    run(folder, 'apt-get', [...options, 'update']);
  }
  return options;
}

/** Downloads one package into an empty folder and unpacks it there. */
function download({ from, name, version }: CorpusPackage, folder: string, work: string): void {
  if (from === 'npm') run(folder, 'npm', ['pack', '--silent', `${name}@${version}`]);
  else if (from === 'deb') run(folder, 'apt-get', ['download', `${name}=${version}`]);
  else
    run(folder, 'apt-get', [
      ...sourceOptions(work),
      'source',
      '--download-only',
      '--tar-only',
      '--only-source',
      `${name}=${version}`,
    ]);
  for (const file of readdirSync(folder)) {
    if (file.endsWith('.deb')) run(folder, 'dpkg-deb', ['-x', file, '.']);
    else if (/\.(?:tgz|tar\.\w+)$/.test(file)) run(folder, 'tar', ['-xf', file, '--no-same-owner']);
    rmSync(join(folder, file), { force: true });
  }
}

/** Downloads every package of the corpus that is not there yet. Returns the names of those that could not be had. */
export function fetchCorpus(corpusFolder: string): string[] {
  const work = resolve(corpusFolder);
  mkdirSync(work, { recursive: true });
  const missing: string[] = [];
  for (const each of readCorpus()) {
    const folder = join(work, folderOf(each));
    if (existsSync(folder)) continue;
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial);
    try {
      download(each, partial, work);
      renameSync(partial, folder);
    } catch (error) {
      missing.push(`${each.from} ${each.name} ${each.version}: ${String(error).split('\n')[0] ?? ''}`);
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return missing;
}
