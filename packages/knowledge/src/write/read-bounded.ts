import { WriterError } from './writer.ts';

/** Reads the body of an answer, and ends the connection where it is larger than it may be. */
export async function readBounded(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return '';
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text + decoder.decode();
      bytes += value.length;
      if (bytes > maxBytes)
        throw new WriterError(
          'WRITER_INVALID_ANSWER',
          `The model answers with more than ${maxBytes} bytes.`,
          {
            retryable: false,
            mayCost: true,
          },
        );
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    // A reader that has ended has nothing to cancel.
    await reader.cancel().catch(() => undefined);
  }
}
