import { chatWriter } from '@project-sync/knowledge';
import type { ModelWriting } from '@project-sync/sync';
import type { Configuration } from '../configuration.ts';

/** Opens the configured language model; null where there is none. */
export function openWriter(configuration: Configuration): ModelWriting | null {
  const { LLM_BASE_URL: baseUrl, LLM_API_KEY: apiKey, LLM_MODEL: model } = configuration;
  if (baseUrl === undefined || model === undefined) return null;
  return {
    writer: chatWriter({
      baseUrl,
      apiKey: apiKey ?? null,
      model,
      // A redirect would send text of repositories to a host that the operator did not choose.
      fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
    }),
    limits: { perSync: configuration.LLM_MAX_TOKENS, perMonth: configuration.LLM_MONTHLY_TOKENS },
  };
}
