import { z } from 'zod';
import { graphqlError, refusalOf } from './refusal.ts';

const counts = z.object({
  filesTotal: z.number(),
  filesAdded: z.number(),
  filesModified: z.number(),
  filesRemoved: z.number(),
});
const progressEvent = z.object({
  sequence: z.number(),
  status: z.string(),
  phase: z.string(),
  progress: z.number(),
  message: z.string(),
  stats: counts,
});
const result = z.object({
  data: z.object({ syncProgress: progressEvent }).nullish(),
  errors: z.array(graphqlError).optional(),
});

/** An event of a sync, as far as the command line shows it. */
export type ProgressEvent = z.infer<typeof progressEvent>;

/** Yields the events of a server-sent stream until it ends or breaks. A refusal in the stream throws. */
export async function* streamOf(response: Response): AsyncGenerator<ProgressEvent> {
  let rest = '';
  const chunks = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream());
  const reader = chunks.getReader();
  try {
    for (;;) {
      // Only a failed read means a broken stream.
      const chunk = await reader.read().catch(() => null);
      if (chunk === null || chunk.done) return;
      const lines = (rest + chunk.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const event = eventIn(line);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventIn(line: string): ProgressEvent | null {
  if (!line.startsWith('data: {')) return null;
  const text = line.slice('data: '.length);
  const { data, errors } = result.parse(JSON.parse(text));
  const [first] = errors ?? [];
  if (first !== undefined) throw refusalOf(first, { status: 200, text });
  return data?.syncProgress ?? null;
}
