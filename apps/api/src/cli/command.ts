import type { Client } from './client.ts';

/** The exit codes that tell failures apart. */
export const EXIT = {
  done: 0,
  failed: 1,
  differs: 2,
  nothing: 3,
  usage: 64,
  notFound: 66,
  unavailable: 69,
  configuration: 78,
} as const;

/** What a command is given: its words, its flags, a server to ask, and somewhere to tell. */
export interface CommandInput {
  readonly words: readonly string[];
  readonly flags: {
    readonly json: boolean;
    readonly branch?: string | undefined;
    readonly project?: string | undefined;
    readonly asOf?: string | undefined;
    readonly scopes?: string | undefined;
    readonly fix: boolean;
  };
  readonly client: Client;
  /** Prints a line for people, or the data as one line of JSON where programs asked. */
  readonly say: (line: string, data: unknown) => void;
}

/** One command: it gives the exit code. */
export type Command = (input: CommandInput) => Promise<number>;

/** A flag as it is typed. `--json` and `--help` go with every command. */
export type FlagName = 'branch' | 'project' | 'as-of' | 'scopes' | 'fix';

/** A command as it may be typed: whatever else is given was meant otherwise, and is told rather than passed over. */
export interface CommandForm {
  readonly flags: readonly FlagName[];
  /** The most words that it takes. */
  readonly words: number;
  /** What it cannot do without; it is asked for before anything is opened. */
  readonly needs: string | null;
}

/** A wrong use of the command line, told with the usage. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/** The first word, which is there where the form of the command needs it. */
export function wordOf({ words: [word = ''] }: CommandInput): string {
  return word;
}
