import { parseArgs } from 'node:util';
import { Refusal, Unreachable } from './cli/client.ts';
import { EXIT, UsageError, type Command, type CommandForm } from './cli/command.ts';
import { history, status } from './cli/history.ts';
import { keys } from './cli/keys.ts';
import { planSync } from './cli/plan.ts';
import { reach } from './cli/connect.ts';
import { restore } from './cli/restore.ts';
import { search } from './cli/search.ts';
import { sync } from './cli/sync.ts';
import { verify } from './cli/verify.ts';
import {
  checkout,
  ConfigurationError,
  configurationTable,
  environmentOf,
  readConfiguration,
} from './configuration.ts';

const usage = `project-sync <command> [--json]

  serve                                                     starts the server
  sync <path, url or owner/name> [--branch B] [--project P] connects if needed, syncs, shows how far it is
  search <words> [--project P] [--branch B] [--as-of SYNC]  finds what is kept
  plan <repository> [--branch B]                            what a sync would do and cost, without doing it
  status                                                    where each branch stands
  history [--branch B] [--project P]                        the syncs of the past
  restore <sync>                                            makes the state that a sync left the current one
  verify <repository> [--branch B] [--fix]                  compares what is kept with the source
  keys create <name> [--scopes READ,SYNC] [--project P]     makes a key, shown once
  keys list, keys revoke <key>
  migrate [--dry-run]                                       brings the database up to date, losing nothing
  doctor                                                    checks all that is needed, with the remedy

The commands talk to the server that runs on DATA_DIR, and open the database themselves when none does.
Exit codes: 0 done, 1 failed, 2 verify found differences, 3 nothing found, 64 wrong use, 66 no such thing,
69 the database or a server does not answer, 78 the configuration is wrong.
`;

const doctorForm: CommandForm = { flags: [], words: 0, needs: null };
// A command that only asks a server starts at once: what opens a database is loaded where one is opened.
const commands: Readonly<Record<string, CommandForm & { readonly run: Command }>> = {
  sync: { run: sync, flags: ['branch', 'project'], words: 1, needs: 'a path, an address or owner/name' },
  search: { run: search, flags: ['branch', 'project', 'as-of'], words: Infinity, needs: 'words to look for' },
  plan: { run: planSync, flags: ['branch', 'project'], words: 1, needs: 'a repository' },
  status: { run: status, flags: ['branch', 'project'], words: 0, needs: null },
  history: { run: history, flags: ['branch', 'project'], words: 0, needs: null },
  restore: { run: restore, flags: [], words: 1, needs: 'the id of a sync, as history prints it' },
  verify: { run: verify, flags: ['branch', 'project', 'fix'], words: 1, needs: 'a repository' },
  keys: { run: keys, flags: ['scopes', 'project'], words: 2, needs: 'create, list or revoke' },
};

process.exitCode = await main(process.argv.slice(2));

async function main(given: readonly string[]): Promise<number> {
  const [command, ...rest] = given;
  if (command === undefined || command === 'help' || command === '--help') {
    console.log(`${usage}\n${configurationTable()}`);
    return EXIT.done;
  }
  try {
    const environment = environmentOf(process.env);
    if (command === 'serve') {
      await import('./main.ts');
      return EXIT.done;
    }
    if (command === 'migrate') {
      const { migrateCommand } = await import('@project-sync/db');
      return await migrateCommand({
        args: rest,
        env: environment,
        root: checkout,
        print: (line) => console.log(line),
      });
    }
    return await run(command, rest, environment);
  } catch (error) {
    return await tell(error, given.includes('--json'));
  }
}

async function run(
  name: string,
  rest: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  const chosen = Object.hasOwn(commands, name) ? commands[name] : undefined;
  const form = name === 'doctor' ? doctorForm : chosen;
  if (form === undefined) throw new UsageError(`There is no command ${name}.`);
  const { values, positionals } = flagsOf(name, form, rest);
  if (values.help) {
    console.log(usage);
    return EXIT.done;
  }
  if (chosen === undefined) {
    const { doctor } = await import('./cli/doctor.ts');
    return doctor(environment, values.json);
  }
  const reached = await reach(readConfiguration(environment));
  try {
    const { 'as-of': asOf, ...flags } = values;
    return await chosen.run({
      words: positionals,
      flags: { ...flags, asOf },
      client: reached.client,
      say: (line, data) => console.log(values.json ? JSON.stringify(data) : line),
    });
  } finally {
    await reached.close();
  }
}

function flagsOf(name: string, { flags, words, needs }: CommandForm, args: readonly string[]) {
  const given = parsed(args);
  const strange = Object.keys(given.values).find(
    (flag) => flag !== 'json' && flag !== 'help' && !flags.some((known) => known === flag),
  );
  if (strange !== undefined) throw new UsageError(`${name} takes no --${strange}.`);
  if (needs !== null && given.positionals.length === 0 && given.values.help !== true)
    throw new UsageError(`${name} needs ${needs}.`);
  const [extra] = given.positionals.slice(words);
  if (extra !== undefined) throw new UsageError(`${name} does not know what to do with ${extra}.`);
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
        help: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** One clear line on the error stream, or one of JSON, and the exit code that goes with it. */
async function tell(error: unknown, json: boolean): Promise<number> {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : null;
  const message = error instanceof Error ? error.message : String(error);
  if (json)
    console.error(JSON.stringify({ error: { code: typeof code === 'string' ? code : 'INTERNAL', message } }));
  else console.error(error instanceof UsageError ? `${message}\n\n${usage}` : message);
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof ConfigurationError) return EXIT.configuration;
  if (error instanceof Unreachable) return EXIT.unavailable;
  if (error instanceof Refusal) return /NOT_FOUND$|_EMPTY$/.test(error.code) ? EXIT.notFound : EXIT.failed;
  const { DbError } = await import('@project-sync/db');
  return error instanceof DbError ? EXIT.unavailable : EXIT.failed;
}
