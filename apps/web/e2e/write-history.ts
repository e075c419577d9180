import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/**
 * One commit of many files, and branches that point at it, written by `git fast-import`: a hundred thousand files take
 * a second this way, and minutes through a working folder.
 */
export function writeHistory(
  repository: string,
  { paths, branches }: { paths: readonly string[]; branches: readonly string[] },
): void {
  mkdirSync(repository, { recursive: true });
  const git = (words: readonly string[], input?: string) =>
    execFileSync('git', words, {
      cwd: repository,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', GIT_CONFIG_NOSYSTEM: '1' },
      ...(input === undefined ? {} : { input }),
    });
  git(['init', '--quiet', '--initial-branch=main']);
  const who = 'Author <author@example.org> 1760000000 +0000';
  git(['fast-import', '--quiet', '--done'], [...commit(paths, who), ...heads(branches), 'done\n'].join(''));
}

function* commit(paths: readonly string[], who: string): Generator<string> {
  yield `commit refs/heads/main\nmark :1\nauthor ${who}\ncommitter ${who}\n${data('Many files')}`;
  // Few contents under many names: the names are measured, and each content is read once.
  for (const [index, path] of paths.entries())
    yield `M 100644 inline ${path}\n${data(`export const part = ${index % 200};\n`)}`;
}

function* heads(branches: readonly string[]): Generator<string> {
  for (const branch of branches) yield `reset refs/heads/${branch}\nfrom :1\n\n`;
}

function data(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}\n`;
}

const words =
  'anchor ballast beacon berth buoy cargo channel crane customs freight harbour ledger manifest mooring pilot quay signal tide vessel winch'.split(
    ' ',
  );
const endings = ['ts', 'test.ts', 'svelte', 'md', 'json', 'css'];

/** Paths like those of a large repository: a fifth of them in one wide folder, the rest in about a thousand. */
export function manyPaths(total: number): string[] {
  return Array.from({ length: total }, (_, index) => {
    const word = (step: number) => words[Math.floor(index / step) % words.length] ?? '';
    const name = `${word(3)}-${word(1)}-${index}.${endings[index % endings.length]}`;
    return index % 5 === 0 ? `wide/${name}` : `packages/${word(2000)}-${word(100)}/src/${word(30)}/${name}`;
  });
}

/** Names of many branches. */
export function manyBranches(total: number): string[] {
  return Array.from(
    { length: total },
    (_, index) => `feature/${words[index % words.length]}-${words[Math.floor(index / 20) % 20]}-${index}`,
  );
}
