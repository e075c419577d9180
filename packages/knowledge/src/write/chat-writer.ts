import { setTimeout as wait } from 'node:timers/promises';
import { retryAfter } from '../embed/retry-after.ts';
import { readBounded } from './read-bounded.ts';
import { WriterError, type WritingTask, type Writer, type WrittenText } from './writer.ts';

/** The address of a chat server, its model and the limits of a request. */
export interface ChatWriterOptions {
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs?: number;
  /** The largest answer that is read, in bytes. */
  readonly maxBytes?: number;
  /** Waits between attempts; tests pass one that does not. */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const TIMEOUT_MS = 90_000;
const MAX_BYTES = 256 << 10;
const ATTEMPTS = 3;
/** Where a server asks for a longer wait than this, a later sync asks again. */
const LONGEST_WAIT = 30_000;
/** Statuses by which servers say that they do not know a parameter. */
const aboutParameters: ReadonlySet<number> = new Set([400, 422]);
const aboutTime: ReadonlySet<number> = new Set([408, 504, 524]);

/** The forms of a request, the strictest first: not every server knows schemas, and newer models renamed the limit. */
const forms = [
  ({ schema, maxTokens }: WritingTask) => ({
    temperature: 0,
    max_tokens: maxTokens,
    response_format: {
      type: 'json_schema',
      json_schema: { name: schema.name, strict: true, schema: schema.definition },
    },
  }),
  ({ maxTokens }: WritingTask) => ({ max_tokens: maxTokens }),
  ({ maxTokens }: WritingTask) => ({ max_completion_tokens: maxTokens }),
] as const;

/** A writer behind any server with OpenAI's chat API. */
export function chatWriter(options: ChatWriterOptions): Writer {
  const { sleep = (ms, signal) => wait(ms, undefined, { signal }) } = options;
  return {
    model: options.model,
    async write(task, { signal }): Promise<WrittenText> {
      let form = 0;
      for (let attempt = 1; ; attempt += 1) {
        signal.throwIfAborted();
        try {
          return await send(options, { task, form, signal });
        } catch (error) {
          signal.throwIfAborted();
          if (!(error instanceof WriterError)) throw error;
          if (error instanceof UnknownParameter && form < forms.length - 1) {
            form += 1;
            continue;
          }
          const pause = error.retryAfterMs ?? 1000 * 2 ** (attempt - 1);
          if (!error.retryable || attempt >= ATTEMPTS || pause > LONGEST_WAIT) throw error;
          await sleep(pause, signal);
        }
      }
    },
  };
}

/** The server refuses the form of the request, and may take another one. */
class UnknownParameter extends WriterError {}

interface Request {
  readonly task: WritingTask;
  readonly form: number;
  readonly signal: AbortSignal;
}

async function send(options: ChatWriterOptions, { task, form, signal }: Request): Promise<WrittenText> {
  const { baseUrl, apiKey, model, timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let body: string | null;
  try {
    response = await options.fetch(`${baseUrl.replace(/\/+$/, '')}/chat/completions`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
      },
      body: JSON.stringify({
        model,
        messages: [
          { role: 'system', content: task.instructions },
          { role: 'user', content: task.material },
        ],
        ...forms[form]?.(task),
      }),
      signal: AbortSignal.any([signal, timeout]),
    });
    body = await readBounded(response, maxBytes);
  } catch {
    // The same task would take as long again, so it is not repeated.
    if (timeout.aborted)
      throw new WriterError('WRITER_TIMED_OUT', `The model gave no answer in ${timeoutMs / 1000} seconds.`, {
        retryable: false,
        mayCost: true,
      });
    // The cause is left out: it may hold the request, and with it the key.
    throw new WriterError(
      'WRITER_UNREACHABLE',
      'The model does not answer. Its address is in LLM_BASE_URL.',
      {
        retryable: true,
      },
    );
  }
  if (body === null)
    throw new WriterError('WRITER_INVALID_ANSWER', `The model answers with more than ${maxBytes} bytes.`, {
      retryable: false,
      mayCost: true,
    });
  if (!response.ok) throw refused(response, form);
  return answerOf(body);
}

function refused({ status, headers }: Response, form: number): WriterError {
  const retryAfterMs = retryAfter(headers, Date.now());
  if (aboutTime.has(status))
    return new WriterError('WRITER_TIMED_OUT', `The model answers ${status}: its time was not enough.`, {
      retryable: false,
      mayCost: true,
    });
  if (status === 429)
    return new WriterError('WRITER_LIMITED', "The model's rate limit is used up.", {
      retryable: true,
      retryAfterMs,
    });
  if (status >= 500)
    return new WriterError('WRITER_UNREACHABLE', `The model answers ${status}.`, {
      retryable: true,
      retryAfterMs,
    });
  const message = `The model refuses with ${status}. Check LLM_API_KEY and LLM_MODEL.`;
  return aboutParameters.has(status) && form < forms.length - 1
    ? new UnknownParameter('WRITER_REFUSED', message, { retryable: false })
    : new WriterError('WRITER_REFUSED', message, { retryable: false });
}

function answerOf(body: string): WrittenText {
  const answer = parsed(body);
  const choices = at(answer, 'choices');
  const text = at(at(Array.isArray(choices) ? choices[0] : null, 'message'), 'content');
  const total = at(at(answer, 'usage'), 'total_tokens');
  if (typeof text !== 'string')
    throw new WriterError('WRITER_INVALID_ANSWER', 'The model did not answer with a text.', {
      retryable: false,
      mayCost: true,
    });
  return { text, tokens: typeof total === 'number' && Number.isInteger(total) && total > 0 ? total : null };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

function at(value: unknown, name: string): unknown {
  return value instanceof Object ? Reflect.get(value, name) : null;
}
