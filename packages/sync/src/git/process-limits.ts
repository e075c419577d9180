/** The most that each process of a command may use. What is left out has no limit. */
export interface ProcessLimits {
  /** The size of each file that is written. */
  readonly fileBytes?: number;
  readonly cpuSeconds?: number;
  readonly memoryBytes?: number;
}

/**
 * The limits of one fetch. A pack of two megabytes can hold objects of gigabytes, or differences that multiply to them,
 * and Git unpacks all of it to check it; a server can also send for ever. A million files with their contents fit in.
 */
export const defaultFetchLimits: Required<ProcessLimits> = {
  fileBytes: 4 * 1024 ** 3,
  cpuSeconds: 60,
  memoryBytes: 3 * 1024 ** 3,
};

/** The same text for each command: what it starts is passed as arguments and is never read as text of a shell. */
const SCRIPT =
  'ulimit -f "$1" && ulimit -t "$2" || exit 126; ulimit -v "$3" 2>/dev/null; shift 3; exec "$0" "$@"';

/**
 * Returns the command that starts a program under limits. The kernel enforces them on the program and on the helpers it
 * starts, which this process could not do in time. Systems that cannot limit memory go without that limit.
 */
export function limited(
  file: string,
  args: readonly string[],
  limits: ProcessLimits | undefined,
): [file: string, args: string[]] {
  if (limits === undefined) return [file, [...args]];
  const { fileBytes, cpuSeconds, memoryBytes } = limits;
  const settings = [inUnits(fileBytes, 512), inUnits(cpuSeconds, 1), inUnits(memoryBytes, 1024)];
  return ['/bin/sh', ['-c', SCRIPT, file, ...settings, ...args]];
}

function inUnits(limit: number | undefined, unit: number): string {
  return limit === undefined ? 'unlimited' : String(Math.max(1, Math.ceil(limit / unit)));
}
