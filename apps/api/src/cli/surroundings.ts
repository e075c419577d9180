import type { Output } from './output.ts';

/** The surroundings of a command: environment variables, where its lines go, and a signal for Ctrl-C. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  readonly signal?: AbortSignal | undefined;
  /** The standard input, for keys and long texts; null on a terminal. */
  readonly input?: (() => Promise<string>) | null;
}
