import { parseArgs } from 'node:util';
import { didYouMean } from '../did-you-mean.ts';
import { UsageError, type CommandForm, type Flags } from './command.ts';

const options = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  url: { type: 'string' },
  key: { type: 'string' },
  branch: { type: 'string' },
  project: { type: 'string' },
  repository: { type: 'string' },
  'as-of': { type: 'string' },
  scopes: { type: 'string' },
  path: { type: 'string', multiple: true },
  'max-tokens': { type: 'string' },
  kind: { type: 'string' },
  limit: { type: 'string' },
  title: { type: 'string' },
  role: { type: 'string' },
  events: { type: 'string' },
  fix: { type: 'boolean' },
  print: { type: 'boolean' },
  all: { type: 'boolean' },
} as const;

/** Arguments of every command. */
const common: ReadonlySet<string> = new Set(['json', 'help', 'url', 'key']);

/** The arguments of a command, checked against its form. */
export interface Arguments {
  readonly words: readonly string[];
  readonly flags: Flags;
  readonly help: boolean;
  /** The server and key given on the command line. */
  readonly server: { readonly url: string | undefined; readonly key: string | undefined };
}

/** Parses the arguments of a command, and refuses those that it does not take. */
export function parseArguments(
  name: string,
  { flags: allowed, words: most, needs }: CommandForm,
  args: readonly string[],
): Arguments {
  const { values, positionals } = parsed(name, args, allowed);
  const { help = false } = values;
  const unexpected = Object.keys(values).find(
    (flag) => !common.has(flag) && !allowed.some((known) => known === flag),
  );
  if (unexpected !== undefined) throw new UsageError(`${name} takes no --${unexpected}.`);
  if (needs !== null && positionals.length === 0 && !help) throw new UsageError(`${name} needs ${needs}.`);
  const [extra] = positionals.slice(most);
  if (extra !== undefined) throw new UsageError(`${name} takes no further word: ${extra}.`);
  const {
    'as-of': asOf,
    path: paths = [],
    'max-tokens': tokens,
    limit,
    json = false,
    fix = false,
    print = false,
    all = false,
    url,
    key,
    ...rest
  } = values;
  return {
    words: positionals,
    flags: {
      ...rest,
      json,
      fix,
      print,
      all,
      asOf,
      paths,
      maxTokens: tokensOf(tokens),
      limit: limitOf(limit),
    },
    help,
    server: { url, key },
  };
}

function parsed(name: string, args: readonly string[], allowed: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options });
  } catch (error) {
    const wrong = /Unknown option '--?([^']+)'/.exec(error instanceof Error ? error.message : '')?.[1];
    if (wrong === undefined) throw new UsageError(error instanceof Error ? error.message : String(error));
    const known = [...allowed, ...common];
    throw new UsageError(
      `${name} takes no --${wrong}.${didYouMean(
        `--${wrong}`,
        known.map((flag) => `--${flag}`),
      )}`,
    );
  }
}

function tokensOf(text: string | undefined): number | undefined {
  if (text === undefined || /^-?\d{1,9}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new UsageError(`--max-tokens takes a whole number, not ${text}.`);
}

function limitOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,3}$/.test(text) || Number(text) < 1 || Number(text) > 100)
    throw new UsageError(`--limit takes a number from 1 to 100, not ${text}.`);
  return Number(text);
}
