import type { Client } from './client.ts';
import type { Output } from './output.ts';

/** The exit codes, which distinguish failures. */
export const EXIT = {
  done: 0,
  failed: 1,
  differs: 2,
  nothing: 3,
  usage: 64,
  notFound: 66,
  unavailable: 69,
  configuration: 78,
  interrupted: 130,
} as const;

/** The flags with a value; `json`, `help`, `url` and `key` belong to every command. */
export interface Flags {
  readonly json: boolean;
  readonly fix: boolean;
  readonly print: boolean;
  readonly all: boolean;
  readonly branch?: string | undefined;
  readonly project?: string | undefined;
  readonly repository?: string | undefined;
  readonly asOf?: string | undefined;
  readonly scopes?: string | undefined;
  /** The paths of each --path. */
  readonly paths: readonly string[];
  readonly maxTokens?: number | undefined;
  readonly kind?: string | undefined;
  readonly limit?: number | undefined;
  readonly title?: string | undefined;
  readonly role?: string | undefined;
  readonly events?: string | undefined;
}

/** The input of a command: words, flags, a server, and an output. */
export interface CommandInput {
  readonly words: readonly string[];
  readonly flags: Flags;
  readonly client: Client;
  readonly output: Output;
  /** Aborts on Ctrl-C. */
  readonly signal?: AbortSignal | undefined;
  /** Whether syncs run in this very process, because no server runs. */
  readonly ownsWorker: boolean;
  /** Prints a line for people or, with --json, the data as one line of JSON. */
  readonly say: (line: string, data: unknown) => void;
}

/** A command. It returns the exit code. */
export type Command = (input: CommandInput) => Promise<number>;

/** A flag of some commands. */
type FlagName =
  | 'branch'
  | 'project'
  | 'repository'
  | 'as-of'
  | 'scopes'
  | 'fix'
  | 'path'
  | 'max-tokens'
  | 'kind'
  | 'limit'
  | 'title'
  | 'role'
  | 'events'
  | 'print'
  | 'all';

/** The arguments that a command accepts. Others are refused, not ignored. */
export interface CommandForm {
  readonly flags: readonly FlagName[];
  /** The largest number of words. */
  readonly words: number;
  /** The required first word; it is checked before anything is opened. */
  readonly needs: string | null;
  /** Checks the arguments further, before anything is opened. Throws a `UsageError`. */
  readonly check?: (input: Pick<CommandInput, 'words' | 'flags'>) => void;
}

/** A wrong use of the command line, which is reported with a pointer to the help. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/** Ctrl-C during a command; the message says what goes on without it. */
export class Interrupted extends Error {
  readonly code = 'INTERRUPTED';
}

/** Returns the first word, which is present if the command requires it. */
export function wordOf({ words: [word = ''] }: Pick<CommandInput, 'words'>): string {
  return word;
}
