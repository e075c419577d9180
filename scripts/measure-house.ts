import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint, type Linter } from 'eslint';
import tseslint from 'typescript-eslint';
import { importGraph } from './import-graph.ts';
import { root, toolEnvironment } from './run-step.ts';

// Prints the shape of the code base in numbers: `node scripts/measure-house.ts [FOLDER]`, where FOLDER is another
// checkout to compare with. `--times` adds the seconds of types, lint and each room's unit tests.
const base = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? root;

const { files, cycles } = importGraph(base);
const sources = files.filter((file) => file.includes('/src/') && !/\.test\.ts$/.test(file));
const lines = sources.map((file) => readFileSync(join(base, file), 'utf8').split('\n').length - 1);
const sorted = lines.toSorted((a, b) => a - b);
const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;

const limits: Linter.RulesRecord = {
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', { max: 15 }],
  'max-params': ['error', { max: 3 }],
};
const eslint = new ESLint({
  cwd: base,
  allowInlineConfig: false,
  overrideConfigFile: true,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parser: tseslint.parser as Linter.Parser },
      rules: limits,
    },
  ],
});
const counts = new Map<string, number>();
for (const result of await eslint.lintFiles(sources.filter((file) => file.endsWith('.ts'))))
  for (const { ruleId } of result.messages)
    if (ruleId !== null) counts.set(ruleId, (counts.get(ruleId) ?? 0) + 1);

console.log(`source files          ${sources.length}`);
console.log(`lines, median         ${at(0.5)}`);
console.log(`lines, 90 %           ${at(0.9)}`);
console.log(`lines, largest        ${at(1)}`);
console.log(`functions > 60 lines  ${counts.get('max-lines-per-function') ?? 0}`);
console.log(`complexity > 15       ${counts.get('complexity') ?? 0}`);
console.log(`parameters > 3        ${counts.get('max-params') ?? 0}`);
console.log(`import cycles         ${cycles().length} (types counted)`);

if (process.argv.includes('--times')) {
  time('types', 'node', ['scripts/types.ts']);
  time('lint', 'eslint', ['--config', '.config/eslint.config.js', '.']);
  for (const room of ['packages/knowledge', 'packages/sync', 'packages/fake-github', 'apps/web'])
    time(`tests of ${room}`, 'vitest', ['run', '--config', '.config/vitest.config.ts', `--project=${room}`]);
}

function time(name: string, command: string, args: readonly string[]): void {
  const started = performance.now();
  const { status } = spawnSync(command, args, { cwd: base, env: toolEnvironment(), stdio: 'ignore' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${name.padEnd(22)}${seconds} s${status === 0 ? '' : ` (ended with ${status})`}`);
}
