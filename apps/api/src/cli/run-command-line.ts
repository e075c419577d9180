import { ConfigurationError } from '../configuration-error.ts';
import { EXIT, Interrupted, UsageError } from './command.ts';
import { commands, otherCommands, type CommandEntry } from './commands.ts';
import { helpOf, unknownCommand, usage } from './help.ts';
import { jsonLine, printable, type Output } from './output.ts';
import { parseArguments } from './parse-arguments.ts';
import { Refusal, Unreachable } from './refusal.ts';
import type { Surroundings } from './surroundings.ts';

/** Runs a command with its arguments, as a shell does, and returns the exit code. */
export async function runCommandLine(args: readonly string[], around: Surroundings): Promise<number> {
  const [command, ...rest] = args;
  try {
    if (command === undefined || command === '--help' || command === '-h')
      return await showUsage(around.output);
    if (command === 'help') return await help(rest, around.output);
    if (command === 'version' || command === '--version' || command === '-V') {
      around.output.log((await import('../version.ts')).version);
      return EXIT.done;
    }
    if (rest.includes('--help') || rest.includes('-h')) return await help([command], around.output);
    if (await isOther(command, rest))
      return await (await import('./run-other-command.ts')).runOtherCommand(command, rest, around);
    const entry = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (entry === undefined) throw new UsageError(unknownCommand(command));
    return await run(command, entry, { args: rest, around });
  } catch (error) {
    return report(error, { ...around, command, json: args.includes('--json') });
  }
}

/** Whether a command needs no server. A restore of a file opens the database itself; one of a sync asks a server. */
async function isOther(command: string, args: readonly string[]): Promise<boolean> {
  if (command !== 'restore') return Object.hasOwn(otherCommands, command);
  return (await import('./backup-file.ts')).namesBackup(args.find((arg) => !arg.startsWith('-')));
}

async function showUsage(output: Output): Promise<number> {
  const { configurationTable } = await import('../configuration.ts');
  output.log(`${usage()}\n${configurationTable()}`);
  return EXIT.done;
}

async function help([name]: readonly string[], output: Output): Promise<number> {
  if (name === undefined) return showUsage(output);
  const text = helpOf(name);
  if (text === null) throw new UsageError(unknownCommand(name));
  output.log(text);
  return EXIT.done;
}

async function run(
  name: string,
  entry: CommandEntry,
  { args, around }: { readonly args: readonly string[]; readonly around: Surroundings },
): Promise<number> {
  const { words, flags, server } = parseArguments(name, entry, args);
  const { run: command, check } = await entry.load();
  check?.({ words, flags });
  const { connect } = await import('./connect.ts');
  const works = entry.works === true && (name !== 'verify' || flags.fix);
  const connection = await connect(around.environment, { ...server, works });
  const { output, signal } = around;
  try {
    const running = command({
      words,
      flags,
      client: connection.client,
      output,
      signal,
      ownsWorker: connection.ownsWorker,
      say: (line, data) => output.log(flags.json ? jsonLine(data) : printable(line)),
    });
    return await (signal === undefined ? running : Promise.race([running, interruption(signal)]));
  } finally {
    await connection.close();
  }
}

/** Ends a command on Ctrl-C. One that follows a sync comes first, since it says what goes on. */
function interruption(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => setTimeout(() => reject(new Interrupted('Interrupted.')), 50);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** Prints one clear line on stderr, or one line of JSON, and returns the exit code. */
async function report(
  error: unknown,
  { output, command, json }: Surroundings & { readonly command: string | undefined; readonly json: boolean },
): Promise<number> {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  const message = error instanceof Error ? error.message : String(error);
  if (json)
    output.error(jsonLine({ error: { code: typeof code === 'string' ? code : 'INTERNAL', message } }));
  else output.error(printable(error instanceof UsageError ? `${message}\n${hintFor(command)}` : message));
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof Interrupted) return EXIT.interrupted;
  if (error instanceof ConfigurationError) return EXIT.configuration;
  if (error instanceof Unreachable) return EXIT.unavailable;
  if (error instanceof Refusal) return /NOT_FOUND$|_EMPTY$/.test(error.code) ? EXIT.notFound : EXIT.failed;
  const { DbError } = await import('@project-sync/db');
  if (!(error instanceof DbError) || /^(BACKUP|RESTORE)_/.test(error.code)) return EXIT.failed;
  return error.code === 'PROJECT_UNKNOWN' ? EXIT.notFound : EXIT.unavailable;
}

function hintFor(command: string | undefined): string {
  const isKnown = command !== undefined && helpOf(command) !== null;
  return `See: project-sync help${isKnown ? ` ${command}` : ''}`;
}
