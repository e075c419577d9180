import { fuzz, type FuzzTarget } from './fuzz.ts';

/**
 * Runs targets by command: `--target NAME` chooses one, `--minutes N` how long each is tried, `--seed N` where to begin.
 * Prints each finding with the seed that makes its text again, and fails the process if there is one.
 */
export async function runFuzz(targets: readonly FuzzTarget[], args: readonly string[]): Promise<void> {
  const option = (name: string): string | undefined => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? undefined : args[at + 1];
  };
  const wanted = option('target');
  const seed = Number(option('seed') ?? Date.now() % 1_000_000);
  const untilMs = Number(option('minutes') ?? 1) * 60_000;
  for (const target of targets.filter(({ name }) => wanted === undefined || name === wanted)) {
    const before = process.memoryUsage().rss;
    const { cases, findings } = await fuzz(target, { seed, cases: Number.POSITIVE_INFINITY, untilMs });
    const grown = Math.round((process.memoryUsage().rss - before) / 2 ** 20);
    console.log(
      `${target.name}: ${cases} texts from seed ${seed}, ${findings.length} findings, ${grown} MB more`,
    );
    for (const { seed: made, reason, text } of findings)
      console.error(`seed ${made}: ${reason}\n${JSON.stringify(text.slice(0, 500))}`);
    if (findings.length > 0) process.exitCode = 1;
  }
}
