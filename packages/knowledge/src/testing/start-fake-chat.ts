import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** One request, as a chat server sees it. */
export interface ChatRequest {
  readonly instructions: string;
  readonly material: string;
  /** The whole body. */
  readonly body: object;
  readonly headers: IncomingMessage['headers'];
}

/** An answer: a text of the model, or anything else that a server may send. */
export type ChatAnswer =
  | { readonly text: string; readonly tokens?: number }
  | { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> }
  | 'never';

/** A server with OpenAI's chat API, whose model is a function. */
export interface FakeChat {
  readonly baseUrl: string;
  readonly requests: ChatRequest[];
  /** Replaces the model. */
  answerWith(model: (request: ChatRequest) => ChatAnswer): void;
  close(): Promise<void>;
}

/** Starts one on loopback. */
export async function startFakeChat(model: (request: ChatRequest) => ChatAnswer): Promise<FakeChat> {
  const requests: ChatRequest[] = [];
  let current = model;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const seen = requestOf(Buffer.concat(chunks).toString(), request.headers);
      requests.push(seen);
      send(response, current(seen));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    baseUrl: `http://127.0.0.1:${address instanceof Object ? address.port : 0}/v1`,
    requests,
    answerWith(next) {
      current = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function requestOf(text: string, headers: IncomingMessage['headers']): ChatRequest {
  const body = JSON.parse(text) as { messages: { content: string }[] };
  const [system, user] = body.messages;
  return { instructions: system?.content ?? '', material: user?.content ?? '', body, headers };
}

function send(response: ServerResponse, answer: ChatAnswer): void {
  if (answer === 'never') return;
  if ('status' in answer) {
    response.writeHead(answer.status, answer.headers).end(answer.body);
    return;
  }
  const { text, tokens } = answer;
  response.writeHead(200, { 'content-type': 'application/json' }).end(
    JSON.stringify({
      choices: [{ message: { role: 'assistant', content: text } }],
      ...(tokens === undefined ? {} : { usage: { total_tokens: tokens } }),
    }),
  );
}

/** A model that keeps to its task: of each excerpt it quotes the first line that is long enough. */
export function honestModel({ material }: ChatRequest): ChatAnswer {
  const excerpts = material.matchAll(/^Lines \d+ to \d+ of `([^`]+)`:\n\n(`{3,})\n([\s\S]*?)\n\2$/gm);
  const statements = Array.from(excerpts, ([, path = '', , text = '']) => {
    const quote =
      text
        .split('\n')
        .find((line) => line.trim().length >= 12)
        ?.trim() ?? '';
    return {
      text: `This part is described by the lines of ${path} that stand below.`,
      evidence: [{ path, quote }],
    };
  });
  return { text: JSON.stringify({ statements }), tokens: 700 };
}
