import type { IncomingMessage, ServerResponse } from 'node:http';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';
import { tools, type Tool } from './tools.ts';

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
  const { name, description, input, changes, query, tell } = tool;
  server.registerTool(
    name,
    {
      description,
      inputSchema: z.object(input),
      annotations: { readOnlyHint: !changes, destructiveHint: false, openWorldHint: false },
    },
    async (given: object) => {
      const { data, errors } = answer.parse(await ask(query, given));
      const [first] = errors ?? [];
      if (first !== undefined) return failed(`${first.extensions?.code ?? 'INTERNAL'}: ${first.message}`);
      const told = tell(data);
      if (told === null) return failed('NOT_FOUND: There is no such thing, or it is not yours to see.');
      const refused = told instanceof Object && 'code' in told;
      return { content: [{ type: 'text' as const, text: JSON.stringify(told, null, 1) }], isError: refused };
    },
  );
}

function failed(text: string) {
  return { content: [{ type: 'text' as const, text }], isError: true };
}
