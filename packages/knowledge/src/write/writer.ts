/** A task for a language model: what it is to do, and the material that it does it with. */
export interface WritingTask {
  readonly instructions: string;
  /** Text of a repository, framed as data. */
  readonly material: string;
  /** The JSON schema of the answer. */
  readonly schema: { readonly name: string; readonly definition: object };
  /** The most tokens that the answer may have. */
  readonly maxTokens: number;
}

/** The text that a model wrote, and what it cost. */
export interface WrittenText {
  readonly text: string;
  /** Tokens of the task and of the answer together; null where the server does not say. */
  readonly tokens: number | null;
}

/** Writes texts with a language model. */
export interface Writer {
  /** The name of the model, which is stored with what it wrote. */
  readonly model: string;
  write(task: WritingTask, options: { readonly signal: AbortSignal }): Promise<WrittenText>;
}

/** The ways in which a model can fail. */
export type WriterErrorCode =
  'WRITER_UNREACHABLE' | 'WRITER_TIMED_OUT' | 'WRITER_REFUSED' | 'WRITER_LIMITED' | 'WRITER_INVALID_ANSWER';

/** A failure of a model. It never contains the key, the task or the answer. */
export class WriterError extends Error {
  readonly code: WriterErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | null;
  /** Whether the server may charge for it, since it had the task. */
  readonly mayCost: boolean;

  constructor(
    code: WriterErrorCode,
    message: string,
    options: {
      readonly retryable: boolean;
      readonly retryAfterMs?: number | null;
      readonly mayCost?: boolean;
    },
  ) {
    super(message);
    this.name = 'WriterError';
    this.code = code;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.mayCost = options.mayCost ?? false;
  }
}
