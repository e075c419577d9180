import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { tools, type Given, type Tool } from './tools.ts';

/** Sends a query to the API in this process, with the rights of the caller. */
export type AskApi = (query: string, variables: object) => Promise<unknown>;

const answer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }).partial().optional() }))
    .optional(),
});

/**
 * Answers `/mcp`, one request at a time. There are no sessions, so that any process can answer any request, and a revoked
 * key is refused at its next request.
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
  const { name, description, input: shape, changes, query, complete, select } = tool;
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
      // An error thrown here reaches the model as the tool's error, with its message.
      const given = complete === undefined ? input : await complete(input, asked);
      const result = select(await asked(query, given), given);
      if (result === null) return failed('NOT_FOUND: There is no such thing, or it is not yours to see.');
      const isError = result instanceof Object && 'code' in result;
      return { content: [{ type: 'text' as const, text: JSON.stringify(result, null, 1) }], isError };
    },
  );
}

function failed(text: string) {
  return { content: [{ type: 'text' as const, text }], isError: true };
}
