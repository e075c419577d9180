import { createServer, type IncomingHttpHeaders } from 'node:http';

/** A call that the receiver got. */
interface ReceivedCall {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How the receiver answers a call; null leaves it without an answer. */
export type Answering = (call: ReceivedCall) => {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
} | null;

/** A server on loopback that keeps what it is sent, and answers as the test says. */
export async function openReceiver(answering: Answering = () => ({ status: 204 })) {
  const calls: ReceivedCall[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const receiver = { answering };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const call = { path: request.url ?? '', headers: request.headers, body };
      calls.push(call);
      const answer = receiver.answering(call);
      if (answer !== null) response.writeHead(answer.status, answer.headers).end(answer.body);
      for (const { count, resolve } of waiting) if (calls.length >= count) resolve();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${address instanceof Object ? address.port : 0}`;
  return {
    url,
    calls,
    /** Changes how the next calls are answered. */
    answer: (next: Answering) => void (receiver.answering = next),
    /** Resolves once this number of calls has come in all. */
    received: (count: number) =>
      calls.length >= count
        ? Promise.resolve()
        : new Promise<void>((resolve) => void waiting.push({ count, resolve })),
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
