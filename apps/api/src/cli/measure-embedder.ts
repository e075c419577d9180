import { estimateTokens, type Embedder } from '@project-sync/knowledge';

/** The speed of an embedder, measured over a few passages. */
export interface EmbedderSpeed {
  readonly textsPerSecond: number;
}

const SAMPLES = 16;
/** A slow server is measured over as many texts as it embeds in this time. */
const ENOUGH_MS = 10_000;

/** Passages of the usual size, all different, since servers remember answers. */
const samples = (): string[] =>
  Array.from({ length: SAMPLES }, (_, index) =>
    Array.from(
      { length: 20 },
      (_line, line) =>
        `const value${index}_${line} = await store.read(key${line}, ${index * 31 + line}); // ${line}`,
    ).join('\n'),
  );

/**
 * Measures how many passages a second an embedder takes, in small batches. It sends no more than the token limit allows,
 * but one text at least. Throws where the embedder gives no vector.
 */
export async function measureEmbedder(
  embedder: Embedder,
  { maxTokens, signal }: { maxTokens: number | null; signal: AbortSignal },
): Promise<EmbedderSpeed> {
  await embedOne(embedder, signal);
  const texts = samples();
  const affordable = Math.floor((maxTokens ?? Number.POSITIVE_INFINITY) / estimateTokens(texts[0] ?? ''));
  const start = performance.now();
  let embedded = 0;
  for await (const answers of embedder.embed(texts.slice(0, Math.max(1, affordable)), {
    signal,
    purpose: 'passage',
  })) {
    embedded += answers.filter(({ vector }) => vector !== null).length;
    if (performance.now() - start > ENOUGH_MS) break;
  }
  if (embedded === 0) throw new Error('It refuses ordinary passages.');
  return { textsPerSecond: (embedded * 1000) / Math.max(1, performance.now() - start) };
}

/** Embeds one query first: a server loads its model for the first text, which says nothing of its speed. */
async function embedOne(embedder: Embedder, signal: AbortSignal): Promise<void> {
  let count = 0;
  for await (const vectors of embedder.embed(['doctor'], { signal, purpose: 'query' }))
    count += vectors.filter(({ vector }) => vector !== null).length;
  if (count !== 1) throw new Error('It did not return one vector.');
}

/** Says a speed, and the time that many passages take at it. */
export function speedSentence({ textsPerSecond }: EmbedderSpeed, passages = 10_000): string {
  const rate =
    textsPerSecond < 10 ? textsPerSecond.toFixed(1) : Math.round(textsPerSecond).toLocaleString('en');
  return `${rate} texts a second, so ${passages.toLocaleString('en')} passages take about ${duration(passages / textsPerSecond)}`;
}

function duration(seconds: number): string {
  if (seconds < 90) return count(seconds, 'second');
  if (seconds < 90 * 60) return count(seconds / 60, 'minute');
  return count(seconds / 3600, 'hour');
}

function count(amount: number, unit: string): string {
  const whole = Math.max(1, Math.round(amount));
  return `${whole} ${unit}${whole === 1 ? '' : 's'}`;
}
