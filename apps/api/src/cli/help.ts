import { didYouMean } from '../did-you-mean.ts';
import { commands, otherCommands } from './commands.ts';

const all = { ...commands, ...otherCommands };

/** The names of every command. */
export const commandNames: readonly string[] = Object.keys(all).toSorted();

/** The list of all commands. */
export function usage(): string {
  const lines = Object.entries(all).map(([name, { summary }]) => `  ${name.padEnd(12)} ${summary}`);
  return `project-sync <command> [--json] [--url U --key K]

${lines.join('\n')}

project-sync help <command> shows its arguments, with examples.
The commands ask the server given by --url and --key, by PROJECT_SYNC_URL and PROJECT_SYNC_KEY, or by login; else the one
that runs on DATA_DIR; without one they open its database themselves.
Exit codes: 0 done, 1 failed, 2 verify found differences, 3 nothing found, 64 wrong use, 66 not found,
69 the database or a server does not answer, 78 the configuration is wrong, 130 interrupted.
`;
}

/** The help of one command; null for a name that is none. */
export function helpOf(name: string): string | null {
  const entry = Object.hasOwn(all, name) ? all[name] : undefined;
  if (entry === undefined) return null;
  const examples = entry.examples.map((example) => `  project-sync ${example}`);
  return (
    `project-sync ${name} ${entry.usage}`.trimEnd() +
    `\n\n${entry.summary}\n\nExamples:\n${examples.join('\n')}\n`
  );
}

/** One sentence for a name that is no command. */
export function unknownCommand(name: string): string {
  return `Unknown command: ${name}.${didYouMean(name, commandNames)}`;
}
