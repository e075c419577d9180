const HOUR_MS = 60 * 60_000;
/** Questions are asked again: by paging, by a link that others open. */
const REMEMBERED = 500;
/** Close enough for a limit: models count a token for some four characters. */
const CHARACTERS_PER_TOKEN = 4;

/** Embeds a text; null where search has to do without a vector. */
export type EmbedQuestion = (
  text: string,
  model: string,
  signal: AbortSignal,
) => Promise<Float32Array | null>;

/**
 * Limits what questions may send to a paid embedder: as many tokens an hour as one sync may send. Beyond that search goes
 * by words. A question that was asked before costs nothing.
 */
export function limitQuestions(
  embed: EmbedQuestion,
  maxTokens: number | null,
  now: () => number = () => performance.now(),
): EmbedQuestion {
  const known = new Map<string, Float32Array>();
  let left = maxTokens ?? Number.POSITIVE_INFINITY;
  let at = now();
  return async (text, model, signal) => {
    const key = `${model}\0${text}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    if (maxTokens !== null) {
      left = Math.min(maxTokens, left + ((now() - at) / HOUR_MS) * maxTokens);
      at = now();
      const tokens = Math.ceil(text.length / CHARACTERS_PER_TOKEN);
      if (tokens > left) return null;
      left -= tokens;
    }
    const vector = await embed(text, model, signal);
    if (vector === null) return null;
    known.set(key, vector);
    const [oldest] = known.keys();
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
    return vector;
  };
}
