import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { tools, type Given, type Tool } from './tools.ts';

/** Asks the API in this process, as whoever sent the request. */
export type AskApi = (query: string, variables: object) => Promise<unknown>;

const answer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().optional() }))
    .optional(),
});

/**
 * `/mcp`: one request, one answer. No session is kept, so that any process can answer any request, and a key that is
 * revoked is refused with the next one.
 */
export async function answerMcp(
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  ask: AskApi,
): Promise<void> {
  const server = new McpServer({ name: 'project-sync', version: '0.1.0' });
  for (const tool of tools) register(server, tool, ask);
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.on('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, body);
}

function register(server: McpServer, tool: Tool, ask: AskApi): void {
  const { name, description, input: shape, changes, query, complete, tell } = tool;
  server.registerTool(
    name,
    {
      description,
      inputSchema: z.object(shape),
      annotations: { readOnlyHint: !changes, destructiveHint: false, openWorldHint: false },
    },
    async (input: Given) => {
      const asked = async (text: string, variables: Given): Promise<unknown> => {
        const { data, errors } = answer.parse(await ask(text, variables));
        const [first] = errors ?? [];
        if (first !== undefined) throw new Error(`${first.extensions?.code ?? 'INTERNAL'}: ${first.message}`);
        return data;
      };
      // What is thrown here reaches the model as the tool's error, in these words.
      const given = complete === undefined ? input : await complete(input, asked);
      const told = tell(await asked(query, given), given);
      if (told === null) return failed('NOT_FOUND: There is no such thing, or it is not yours to see.');
      const refused = told instanceof Object && 'code' in told;
      return { content: [{ type: 'text' as const, text: JSON.stringify(told, null, 1) }], isError: refused };
    },
  );
}

function failed(text: string) {
  return { content: [{ type: 'text' as const, text }], isError: true };
}
