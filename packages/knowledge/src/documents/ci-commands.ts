import type { ScriptFact } from './repository-facts.ts';

/** The workflows in which a repository most often builds and tests, in the order in which a page speaks of them. */
const names = [
  'ci',
  'CI',
  'test',
  'tests',
  'build',
  'main',
  'check',
  'lint',
  'go',
  'rust',
  'node',
  'python',
  'maven',
];

/** The paths at which workflows are looked for. */
export const workflowPaths: readonly string[] = names.flatMap((name) => [
  `.github/workflows/${name}.yml`,
  `.github/workflows/${name}.yaml`,
]);

/** Programs that build and test. What sets up a machine, and what a shell computes, is no command that people type. */
const BUILDS =
  /^(npm|pnpm|yarn|bun|bunx|npx|deno|node|cargo|go|make|just|mvn|\.\/mvnw|gradle|\.\/gradlew|bundle exec|rake|bin\/\S+|tox|nox|pytest|python3? -m|uv run|poetry run|hatch run|composer|vendor\/bin\/\S+|dotnet|cmake|ctest|bazel|sbt|mix|swift)(?= |$)/;
const SETS_UP =
  /^(npm (ci|i|install)|(pnpm|yarn|bun|bundle|composer) (i|install|add|update|config|global)|yarn$|go (install|get|env|version)|cargo (\+\S+ )?(install|binstall|update|publish)|python3? -m (pip|venv|ensurepip)|npm publish|\S+ (--version|-v|version)$)/;
const COMPUTED = /\$|`|<<|\\$|[|;&>]/;
const MOST = 8;
const LONGEST = 120;

/** The commands that the steps of a workflow run, each once, with their lines. */
export function ciCommands(path: string, text: string): ScriptFact[] {
  const found = new Map<string, ScriptFact>();
  for (const { command, line } of steps(text)) {
    const isCommand = BUILDS.test(command) && !SETS_UP.test(command) && !COMPUTED.test(command);
    if (isCommand && command.length <= LONGEST && !found.has(command))
      found.set(command, { command, path, line });
  }
  return [...found.values()].slice(0, MOST);
}

/** The lines of all `run` keys: the value behind the key, or the block below it. */
function* steps(text: string): Generator<{ readonly command: string; readonly line: number }> {
  let block = -1;
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trimEnd();
    const depth = line.length - line.trimStart().length;
    if (block >= 0 && line !== '' && depth <= block) block = -1;
    const run = /^(\s*(?:- )?)run:\s*(.*)$/.exec(line);
    const value = run?.[2] ?? '';
    if (run !== null && /^[|>][-+]?$/.test(value)) block = (run[1] ?? '').length;
    else if (run !== null) yield { command: value.replace(/^(['"])(.*)\1$/, '$2'), line: index + 1 };
    else if (block >= 0 && line !== '') yield { command: line.trim(), line: index + 1 };
  }
}
