/**
 * Asks a question again whenever it is wanted, never two at a time: what is wanted while one is under way is asked once,
 * after it. A question that takes long is so asked less often.
 */
export function oneAtATime(ask: () => Promise<void>): { want(): void; stop(): void } {
  let isAsking = false;
  let isWanted = false;
  let isStopped = false;

  async function run(): Promise<void> {
    isAsking = true;
    while (isWanted && !isStopped) {
      isWanted = false;
      await ask().catch(() => undefined);
    }
    isAsking = false;
  }

  return {
    want() {
      isWanted = true;
      if (!isAsking) void run();
    },
    stop() {
      isStopped = true;
    },
  };
}
