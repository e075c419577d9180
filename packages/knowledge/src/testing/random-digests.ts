import type { DigestImport, DigestManifest, FileDigest, FileRole } from '../patterns/file-digest.ts';
import { packNames } from '../patterns/name-hash.ts';
import { seededRandom } from './fuzz.ts';

const folders = [
  '',
  'src',
  'src/a',
  'src/a/b',
  'src/b',
  'lib',
  'app/e2e',
  'app',
  'docs',
  'src/test/x',
  'src/main/x',
];
const names = ['alpha', 'Beta', 'gammaRay', 'DeltaView', 'under_score', 'kebab-name', 'main', 'index'];
const endings = ['.ts', '.ts', '.ts', '.tsx', '.py', '.go', '.java', '.svelte', '.test.ts', '.md', '.d.ts'];
const packages = [
  'left-pad',
  '@scope/one',
  '@scope/two',
  'react-core',
  'github.com/x/y',
  'requests',
  'my-lib',
];
const words = [
  ...packages,
  'run',
  'Load',
  'keep_it',
  'sendAll',
  'Thing',
  'other',
  'never',
  'seldom',
  'often',
];

/** Digests of files that may be anything, drawn from few names so that they meet. */
export class RandomDigests {
  readonly #below: (below: number) => number;

  constructor(seed: number) {
    this.#below = seededRandom(seed * 2_654_435_761);
  }

  number(below: number): number {
    return this.#below(below);
  }

  path(): string {
    const special = [
      'package.json',
      'AGENTS.md',
      'pyproject.toml',
      'go.mod',
      'Cargo.toml',
      'README.md',
      '__init__.py',
    ];
    if (this.#chance(30)) return 'src/hot.ts';
    const folder = this.#pick(folders);
    const name = this.#chance(12)
      ? this.#pick(special)
      : `${this.#pick(names)}${this.#below(6) || ''}${this.#pick(endings)}`;
    return folder === '' ? name : `${folder}/${name}`;
  }

  /** A file at a path; most of its imports lead to some of the given paths. */
  file(path: string, others: readonly string[]): FileDigest {
    const isDocument = path.endsWith('.md');
    const dialect = dialectOf(path);
    return {
      dialect,
      role: this.#roleOf(path),
      lines: this.#pick([10, 20, 50, 100, 1200]),
      ...(isDocument ? this.#documentParts() : this.#codeParts(path, others)),
      names: packNames(this.#some(this.#chance(9) ? ['soleOne', 'soleTwo', 'soleThree'] : words, 4)),
      ...(this.#chance(15) ? { aliases: [this.#pick(packages)] } : {}),
      ...(/\.(?:json|toml|mod)$/.test(path) ? { manifest: this.#manifest(path) } : {}),
    };
  }

  #codeParts(path: string, others: readonly string[]): Partial<FileDigest> {
    return {
      imports: this.#targets(path, others).map((to) => this.#import(to)),
      ...(this.#chance(3)
        ? {
            packages: this.#some(packages, 2).map((name) => ({
              name,
              line: 1 + this.#below(9),
              ...this.#type(),
            })),
          }
        : {}),
      exports: this.#some([...words, 'soleOne', 'soleTwo', 'soleThree'], 2).map((name, at) => ({
        name,
        kind: this.#pick(['FUNCTION', 'TYPE']),
        line: at + 1,
        ...(this.#chance(3) ? { isUsedHere: true as const } : {}),
      })),
      ...(this.#chance(8) ? {} : { lengths: [this.#below(4), this.#below(2), 0, 0, 0, 0, 0] }),
      ...(this.#chance(6)
        ? { longFunctions: [{ name: this.#pick(words), line: 3, lines: 100 + 50 * this.#below(4) }] }
        : {}),
      styles: this.#some(this.#chance(20) ? ['keep_one', 'RunIt'] : ['loadAll', 'sendIt', 'takeOut'], 3).map(
        (name, line) => ({
          name,
          of: this.#chance(3) ? ('TYPE' as const) : ('FUNCTION' as const),
          line,
        }),
      ),
      ...(this.#chance(8)
        ? {
            findings: this.#some(['swallowed-error', 'disabled-check', 'secret:x', 'code-from-text'], 2).map(
              (rule) => ({
                rule,
                startLine: 1,
                endLine: 2,
                evidence: this.#pick(words),
              }),
            ),
          }
        : {}),
      passages: this.#some(['p1', 'p2', 'p3', 'p4', 'p5', 'p6'], 2).map((hash, at) => ({
        hash,
        startLine: at * 20,
        endLine: at * 20 + 15,
      })),
    };
  }

  #documentParts(): Partial<FileDigest> {
    return {
      mentions: this.#some(names, 2).map((name, line) => ({
        name: `](../${this.#pick(folders)}/${name}.ts`,
        line,
      })),
      ...(this.#chance(3)
        ? {
            layers: [
              {
                from: this.#pick(folders) || 'src',
                to: this.#pick([...folders, ...packages]) || 'lib',
                line: 4,
              },
            ],
          }
        : {}),
    };
  }

  /** Most imports lead to one file, and from one folder to another. */
  #targets(path: string, others: readonly string[]): string[] {
    const below =
      path.startsWith('src/a') && !this.#chance(12)
        ? 'src/b/'
        : path.startsWith('src/b') && !this.#chance(30)
          ? 'lib/'
          : '';
    const targets = this.#some(
      others.filter((each) => each.startsWith(below)),
      3,
    );
    return this.#chance(3) ? targets : ['src/hot.ts', ...targets];
  }

  #import(to: string): DigestImport {
    return {
      to,
      line: 1 + this.#below(20),
      ...this.#type(),
      ...(this.#chance(8) ? { isLate: true as const } : {}),
      ...(this.#chance(12) ? { isOpen: true as const } : {}),
    };
  }

  #type(): { isType?: true } {
    return this.#chance(6) ? { isType: true } : {};
  }

  #manifest(path: string): DigestManifest {
    const ecosystem = path.endsWith('.json')
      ? 'npm'
      : path.endsWith('.mod')
        ? 'go'
        : path.endsWith('Cargo.toml')
          ? 'cargo'
          : 'python';
    return {
      ecosystem,
      name: this.#chance(2) ? this.#pick(packages) : null,
      packages: this.#some(packages, 4).map((name, at) => ({
        name,
        group: this.#pick(['dependencies', 'dependencies', 'devDependencies']),
        version: this.#pick(['^1.0.0', '2.1.0']),
        line: at + 1,
      })),
      entries: this.#chance(3) ? [this.#pick(['./index.ts', 'src/main.ts', './src/a/*'])] : [],
      scripts: [],
    };
  }

  #roleOf(path: string): FileRole {
    if (path.endsWith('.md')) return 'document';
    if (/\.test\.|e2e|test\//.test(path)) return 'test';
    return this.#chance(15) ? this.#pick(['generated', 'example', 'other', 'test']) : 'source';
  }

  #chance(oneIn: number): boolean {
    return this.#below(oneIn) === 0;
  }

  #pick<T>(all: readonly T[]): T {
    const picked = all[this.#below(all.length)];
    if (picked === undefined) throw new RangeError('There is nothing to pick from.');
    return picked;
  }

  #some<T>(all: readonly T[], most: number): T[] {
    if (all.length === 0) return [];
    return [...new Set(Array.from({ length: this.#below(most + 1) }, () => this.#pick(all)))];
  }
}

function dialectOf(path: string): string {
  const ending = path.slice(path.lastIndexOf('.') + 1);
  const dialects: Readonly<Record<string, string>> = { ts: 'typescript', py: 'python', md: 'markdown' };
  return dialects[ending] ?? ending;
}
