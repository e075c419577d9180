/** Runs a step of a start: the line says what goes on while it runs, and then how long it took. */
export async function timedStep(what: string, act: () => Promise<void>): Promise<void> {
  const begun = performance.now();
  process.stdout.write(`${what}… `);
  await act();
  process.stdout.write(`${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
}
