/** Searches that run at once: a server answers each of them by itself, and other pages ask it too. */
const AT_ONCE = 3;

/**
 * Searches several projects, a few at a time in their order, and hands on each answer as it comes. Nothing more is handed on
 * once the signal has ended.
 */
export async function searchInTurn<Answer>(
  slugs: readonly string[],
  ask: (slug: string) => Promise<Answer>,
  { onAnswer, signal }: { onAnswer: (slug: string, answer: Answer) => void; signal: AbortSignal },
): Promise<void> {
  const left = slugs.values();
  const work = async () => {
    // The workers share one iterator: each takes the next project that none has taken.
    for (const slug of left) {
      if (signal.aborted) return;
      const answer = await ask(slug);
      if (signal.aborted) return;
      onAnswer(slug, answer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}
