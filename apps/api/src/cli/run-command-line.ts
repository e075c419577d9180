import { parseArgs } from 'node:util';
import { imports, references, symbols } from './code.ts';
import { EXIT, UsageError, type Command, type CommandForm } from './command.ts';
import { connect } from './connect.ts';
import { context } from './context.ts';
import { documents } from './documents.ts';
import { history, status } from './history.ts';
import { checkKeys, keys } from './keys.ts';
import type { Output } from './output.ts';
import { patterns } from './patterns.ts';
import { planSync } from './plan.ts';
import { Refusal, Unreachable } from './refusal.ts';
import { restore } from './restore.ts';
import { checkRules, rules } from './rules.ts';
import { search } from './search.ts';
import { sync } from './sync.ts';
import { verify } from './verify.ts';
import {
  checkout,
  ConfigurationError,
  configurationTable,
  environmentOf,
  readConfiguration,
} from '../configuration.ts';

const usage = `project-sync <command> [--json]

  serve                                                     starts the server
  sync <path, url or owner/name> [--branch B] [--project P] connects if necessary, syncs, shows the progress
  search <words> [--project P] [--branch B] [--as-of SYNC]  searches the synced code
  symbols <name> [--project P] [--branch B]                 finds definitions by their name
  patterns [--project P] [--branch B]                       lists what the analysis found, the most urgent first
  references <symbol> [--project P] [--branch B]            lists where a symbol is used, the surest first
  imports <path> [--project P] [--branch B]                 lists what a file imports, and which files import it
  documents [path] [--project P] [--branch B]               lists the documents of a snapshot, or prints one
  context <task> [--path P]… [--max-tokens N] [--branch B]  prints the rules, code and documents that serve a task
  rules export [--project P] [--branch B]                   prints the documents with an authority as JSON
  rules import <file> --project P                           stores such documents in a project
  plan <repository> [--branch B]                            shows what a sync would change and cost
  status                                                    lists each branch with its newest sync
  history [--branch B] [--project P]                        lists past syncs
  restore <sync>                                            restores the snapshot of an earlier sync
  verify <repository> [--branch B] [--fix]                  compares the stored state with the source
  keys create <name> [--scopes READ,SYNC] [--project P]     creates a key, which is shown once
  keys list, keys revoke <key>
  migrate [--dry-run]                                       migrates the database without losing data
  doctor                                                    checks everything needed, with remedies

The commands use the server that runs on DATA_DIR, and open the database themselves without one.
Exit codes: 0 done, 1 failed, 2 verify found differences, 3 nothing found, 64 wrong use, 66 not found,
69 the database or a server does not answer, 78 the configuration is wrong.
`;

const doctorForm: CommandForm = { flags: [], words: 0, needs: null };
// Modules that open a database are loaded only where one is opened, so that a command with a running server starts fast.
const commands: Readonly<Record<string, CommandForm & { readonly run: Command }>> = {
  sync: { run: sync, flags: ['branch', 'project'], words: 1, needs: 'a path, a URL or owner/name' },
  search: {
    run: search,
    flags: ['branch', 'project', 'as-of'],
    words: Infinity,
    needs: 'words to search for',
  },
  patterns: { run: patterns, flags: ['branch', 'project'], words: 0, needs: null },
  symbols: { run: symbols, flags: ['branch', 'project'], words: 1, needs: 'a name' },
  references: { run: references, flags: ['branch', 'project'], words: 1, needs: 'the name of a symbol' },
  imports: { run: imports, flags: ['branch', 'project'], words: 1, needs: 'the path of a file' },
  documents: { run: documents, flags: ['branch', 'project'], words: 1, needs: null },
  context: {
    run: context,
    flags: ['branch', 'project', 'path', 'max-tokens'],
    words: Infinity,
    needs: 'a task',
  },
  rules: {
    run: rules,
    check: checkRules,
    flags: ['branch', 'project'],
    words: 2,
    needs: 'export or import',
  },
  plan: { run: planSync, flags: ['branch', 'project'], words: 1, needs: 'a repository' },
  status: { run: status, flags: ['branch', 'project'], words: 0, needs: null },
  history: { run: history, flags: ['branch', 'project'], words: 0, needs: null },
  restore: { run: restore, flags: [], words: 1, needs: 'the ID of a sync, as history prints it' },
  verify: { run: verify, flags: ['branch', 'project', 'fix'], words: 1, needs: 'a repository' },
  keys: {
    run: keys,
    check: checkKeys,
    flags: ['scopes', 'project'],
    words: 2,
    needs: 'create, list or revoke',
  },
};

/** The surroundings of a command: environment variables, and where its lines go. */
interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
}

/** Runs a command with its arguments, as a shell does, and returns the exit code. */
export async function runCommandLine(
  args: readonly string[],
  { environment: given, output }: Surroundings,
): Promise<number> {
  const [command, ...rest] = args;
  if (command === undefined || command === 'help' || command === '--help') {
    output.log(`${usage}\n${configurationTable()}`);
    return EXIT.done;
  }
  try {
    const environment = environmentOf(given);
    if (command === 'serve') {
      await import('../main.ts');
      return EXIT.done;
    }
    if (command === 'migrate') {
      const { migrateCommand } = await import('@project-sync/db');
      return await migrateCommand({
        args: rest,
        env: environment,
        root: checkout,
        print: (line) => output.log(line),
      });
    }
    return await run(command, rest, { environment, output });
  } catch (error) {
    return await report(error, { output, json: args.includes('--json') });
  }
}

async function run(
  name: string,
  args: readonly string[],
  { environment, output }: Surroundings,
): Promise<number> {
  const chosen = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const form = name === 'doctor' ? doctorForm : chosen;
  if (form === undefined) throw new UsageError(`Unknown command: ${name}.`);
  const { values, positionals } = flagsOf(name, form, args);
  if (values.help) {
    output.log(usage);
    return EXIT.done;
  }
  if (chosen === undefined) {
    const { doctor } = await import('./doctor.ts');
    return doctor({ environment, output, json: values.json });
  }
  const { 'as-of': asOf, path: paths = [], 'max-tokens': tokens, ...rest } = values;
  const maxTokens = numberOf(tokens);
  const input = { words: positionals, flags: { ...rest, asOf, paths, maxTokens } };
  chosen.check?.(input);
  const connection = await connect(readConfiguration(environment));
  try {
    return await chosen.run({
      ...input,
      client: connection.client,
      output,
      say: (line, data) => output.log(values.json ? JSON.stringify(data) : line),
    });
  } finally {
    await connection.close();
  }
}

function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || /^-?\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`--max-tokens takes a whole number, not ${text}.`);
}

function flagsOf(name: string, { flags, words, needs }: CommandForm, args: readonly string[]) {
  const given = parsed(args);
  const unexpected = Object.keys(given.values).find(
    (flag) => flag !== 'json' && flag !== 'help' && !flags.some((known) => known === flag),
  );
  if (unexpected !== undefined) throw new UsageError(`${name} takes no --${unexpected}.`);
  if (needs !== null && given.positionals.length === 0 && given.values.help !== true)
    throw new UsageError(`${name} needs ${needs}.`);
  const [extra] = given.positionals.slice(words);
  if (extra !== undefined) throw new UsageError(`${name} takes no further word: ${extra}.`);
  const { json = false, help = false, fix = false, ...values } = given.values;
  return { values: { ...values, json, help, fix }, positionals: given.positionals };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean' },
        branch: { type: 'string' },
        project: { type: 'string' },
        'as-of': { type: 'string' },
        scopes: { type: 'string' },
        fix: { type: 'boolean' },
        path: { type: 'string', multiple: true },
        'max-tokens': { type: 'string' },
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Prints one clear line on stderr, or one line of JSON, and returns the exit code. */
async function report(
  error: unknown,
  { output, json }: { readonly output: Output; readonly json: boolean },
): Promise<number> {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  const message = error instanceof Error ? error.message : String(error);
  if (json)
    output.error(JSON.stringify({ error: { code: typeof code === 'string' ? code : 'INTERNAL', message } }));
  else output.error(error instanceof UsageError ? `${message}\n\n${usage}` : message);
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ConfigurationError) return EXIT.configuration;
  if (error instanceof Unreachable) return EXIT.unavailable;
  if (error instanceof Refusal) return /NOT_FOUND$|_EMPTY$/.test(error.code) ? EXIT.notFound : EXIT.failed;
  const { DbError } = await import('@project-sync/db');
  return error instanceof DbError ? EXIT.unavailable : EXIT.failed;
}
