import type { Configuration } from '../configuration.ts';
import { openEmbedder } from '../worker/open-embedder.ts';
import { measureEmbedder, speedSentence } from './measure-embedder.ts';

/** The result of one check of the doctor. */
export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** True where it works, but perhaps not as well as it could. */
  readonly warning?: boolean;
  /** The state found, and the remedy if it is bad. */
  readonly message: string;
}

/** A slow server embeds a first small batch in well under this time. */
const LIMIT_MS = 60_000;

/** Checks that the configured embedder answers, how fast it is, and whether its vectors can be stored whole. */
export async function embedderFindings(configuration: Configuration): Promise<Finding[]> {
  let longest = 0;
  const embedder = openEmbedder(configuration, { onCut: (length) => (longest = Math.max(longest, length)) });
  try {
    const speed = await measureEmbedder(embedder, {
      maxTokens: configuration.EMBEDDING_MAX_TOKENS ?? null,
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    const message = `${embedder.model} answers: ${speedSentence(speed)}`;
    return [{ what: 'embedding', ok: true, message }, ...(longest === 0 ? [] : [cutVectors(longest)])];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${embedder.model}: ${reason} Check the EMBEDDING_ variables.`;
    return [{ what: 'embedding', ok: false, message }];
  }
}

function cutVectors(length: number): Finding {
  return {
    what: 'vectors',
    ok: true,
    warning: true,
    message: `They have ${length.toLocaleString('en')} numbers and are cut to 1,536. Models trained for it (Matryoshka) lose little; with others, choose a smaller one.`,
  };
}
