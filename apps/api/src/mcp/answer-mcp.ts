import { createMcpHandler, ProtocolErrorCode } from '@modelcontextprotocol/server';
import { CommitsBehind, type AskApi } from './api.ts';
import { mcpServer } from './mcp-server.ts';

/**
 * Answers `/mcp` in the revisions 2026-07-28 and 2025-11-25, one request at a time. There are no sessions, so that any
 * process can answer any request, and a revoked key is refused at its next request.
 */
export function openMcp(version: string) {
  const behind = new CommitsBehind();
  return {
    async answer(request: Request, body: unknown, ask: AskApi): Promise<Response> {
      if (Array.isArray(body)) return noBatches();
      const handler = createMcpHandler(() => mcpServer(ask, { version, behind }));
      try {
        return await handler.fetch(request, { parsedBody: body });
      } finally {
        // Also ends the stream of `subscriptions/listen` right after it has begun: the tools never change, and a stream
        // that says nothing would outlive its key.
        await handler.close();
      }
    },
  };
}

/** Neither revision has batches, and each of their calls would cost the caller nothing. */
function noBatches(): Response {
  const error = { code: ProtocolErrorCode.InvalidRequest, message: 'Send one message with each request.' };
  return Response.json({ jsonrpc: '2.0', id: null, error }, { status: 400 });
}
