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
export class RandomCode {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = randomOf(seed);
  }

  /** A number between 0 and 1. */
  share(): number {
    return this.#random();
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
      this.pick([
        './a',
        './b',
        './deep/a',
        '../a',
        '../lib/b',
        '@/a',
        '@/deep',
        '.',
        './index',
        'left-pad',
        'kit',
        'pier',
      ]);
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
            name: this.pick(['kit', 'pier']),
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
