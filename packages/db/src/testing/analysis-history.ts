import { detectors } from '@project-sync/knowledge';
import { freshSync, storedLinks, storedPatterns, type StoredLinks } from './open-analysis-world.ts';
import { replayedHistory, rulesOfHistory, storedHistory } from './history-oracle.ts';
import type { SyncWorld } from './open-sync-world.ts';

/** Numbers between 0 and 1 that follow from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const folders = ['', 'src/', 'lib/', 'src/deep/'];
const names = ['a', 'b', 'c', 'index'];
const exported = ['open', 'save', 'Store', 'far'];

/** Makes random files whose imports and names meet often. */
class RandomCode {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  chance(share: number): boolean {
    return this.#random() < share;
  }

  pick<T>(of: readonly T[]): T {
    const found = of[Math.floor(this.#random() * of.length)];
    if (found === undefined) throw new RangeError('There is nothing to pick from.');
    return found;
  }

  path(): string {
    return this.chance(0.2)
      ? `py/${this.pick(['', 'sub/'])}${this.pick(['a', 'b', '__init__'])}.py`
      : `${this.pick(folders)}${this.pick(names)}.${this.pick(['ts', 'ts', 'js'])}`;
  }

  file(path: string): string {
    if (path.endsWith('.py')) return this.#python();
    const specifier = () =>
      this.pick(['./a', './b', './deep/a', '../a', '../lib/b', '@/a', '@/deep', '.', './index', 'left-pad']);
    const lines = Array.from({ length: 3 }, () => {
      const name = this.pick(exported);
      return this.pick([
        `import { ${name} } from '${specifier()}';\n${name}();`,
        `export { ${name} } from '${specifier()}';`,
        `export * from '${specifier()}';`,
        `export function ${name}(${this.pick(['', 'a: Store'])}) { return ${this.pick(exported)}(); }`,
        `export class ${name} { ${this.pick(exported)}() { return this.save(); } }`,
        `import * as ns from '${specifier()}';\nns.${name}().save();`,
        `unknown.${name}();`,
        'try { go(); } catch {}',
        '// @ts-ignore\ngo();',
        "export const unused = 1;\nimport 'left-pad';",
      ]);
    });
    return `${lines.join('\n')}\n${this.chance(0.05) ? 'class {{{' : ''}`;
  }

  manifest(): string {
    const some = (name: string) => (this.chance(0.5) ? { [name]: this.pick(['^1.0.0', '2.0.0']) } : {});
    return this.chance(0.1)
      ? '{ broken'
      : JSON.stringify(
          {
            main: 'src/index.js',
            scripts: some('build'),
            dependencies: some('left-pad'),
            devDependencies: some('left-pad'),
          },
          null,
          1,
        );
  }

  document(): string {
    return `# A\n\n[one](${this.pick(['../src/a.ts', 'b.md', '../lib/b.ts'])}) calls \`${this.pick(exported)}()\`.\n\nSee \`${this.pick(['src/a.ts', 'lib/index.js', 'py/a.py'])}\`, \`Store\` and \`npm run build\`.\n`;
  }

  tsconfig(): string {
    return this.chance(0.2)
      ? '{ broken'
      : JSON.stringify({
          compilerOptions: { baseUrl: '.', paths: { '@/*': [`${this.pick(['src', 'lib'])}/*`] } },
        });
  }

  #python(): string {
    const name = this.pick(exported);
    return this.pick([
      `from .a import ${name}\n${name}()\n`,
      `from . import b\nb.${name}()\n`,
      `import py.a\npy.a.${name}()\n`,
      `class ${name}:\n    def save(self):\n        return self.${this.pick(exported)}()\n`,
      `def ${name}():\n    pass\n`,
      `from .sub import *\n${name}()\n`,
    ]);
  }
}

/** The links of a snapshot without the number of the sync that stored them. */
const comparable = (links: readonly StoredLinks[]) => links.map((each) => ({ ...each, added: 0 }));

/** The rules that look at one snapshot; what the others say follows from the syncs before it. */
const ofSnapshot = new Set(detectors.map(({ name }) => name));

async function foundPatterns(world: SyncWorld, sync: { branch_id: string; number: number }) {
  const found = await storedPatterns(world, sync);
  return found
    .filter(({ detector }) => ofSnapshot.has(detector))
    .map((pattern) => ({ ...pattern, added: 0, first_seen: 0, appeared: false }));
}

/**
 * Syncs a random history, analyses its last commit anew, and replays all of it for the rules that read its syncs. Both results
 * are equal if nothing was missed.
 */
export async function analysisHistory(
  world: SyncWorld,
  { seed, steps }: { readonly seed: number; readonly steps: number },
): Promise<{ readonly incremental: unknown[]; readonly fresh: unknown[]; readonly ofHistory: number }> {
  const code = new RandomCode(randomOf(seed));
  const repository = await world.connect();
  const { at, id } = repository;
  const paths = () => Array.from({ length: 6 }, () => code.path());
  const edit = (): Record<string, string | null> => ({
    ...Object.fromEntries(paths().map((path) => [path, code.chance(0.3) ? null : code.file(path)])),
    ...(code.chance(0.3) ? { 'package.json': code.chance(0.2) ? null : code.manifest() } : {}),
    ...(code.chance(0.3) ? { [code.pick(['docs/a.md', 'AGENTS.md'])]: code.document() } : {}),
    // Two files that change with nearly every commit, and that do not import each other.
    ...(code.chance(0.8)
      ? {
          'src/hot.ts': `export const hot = ${code.chance(0.5)};\n${code.file('a.ts')}`,
          'lib/mate.ts': code.file('b.ts'),
        }
      : {}),
    ...(code.chance(0.3) ? { 'tsconfig.json': code.chance(0.2) ? null : code.tsconfig() } : {}),
  });
  const commits = [at.commit('main', { 'keep.txt': 'k', ...edit(), ...edit() })];
  const syncs = [await world.sync(id)];
  let branch = 'main';
  for (let step = 0; step < steps; step += 1) {
    const kind = code.pick(['edit', 'edit', 'edit', 'branch', 'force', 'restore', 'skip'] as const);
    if (kind === 'branch') branch = branch === 'main' ? 'work' : 'main';
    if (kind === 'restore') {
      const from = code.pick(syncs.filter(({ branch_id: on }) => on === syncs.at(-1)?.branch_id));
      syncs.push(await world.sync(id, branch, { restoredFromId: from.id }));
      continue;
    }
    const from = kind === 'branch' || kind === 'force' ? { from: code.pick(commits) } : {};
    commits.push(at.commit(branch, edit(), from));
    if (kind !== 'skip') syncs.push(await world.sync(id, branch));
  }
  at.commit(branch, edit());
  const last = await world.sync(id, branch);
  const fresh = await freshSync(world, repository, branch);
  const ofHistory = (await storedPatterns(world, last)).filter(({ detector }) =>
    rulesOfHistory.has(detector),
  );
  // Two analyses that both failed would be alike, too.
  for (const { warnings } of [last, fresh])
    if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
  return {
    ofHistory: ofHistory.length,
    incremental: [
      ...comparable(await storedLinks(world, last)),
      ...(await foundPatterns(world, last)),
      ...ofHistory.map(storedHistory).sort(),
    ],
    fresh: [
      ...comparable(await storedLinks(world, fresh)),
      ...(await foundPatterns(world, fresh)),
      ...(await replayedHistory(world, [...syncs, last])),
    ],
  };
}
