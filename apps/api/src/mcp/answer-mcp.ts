import { createMcpHandler } from '@modelcontextprotocol/server';
import { CommitsBehind, type AskApi } from './api.ts';
import { mcpServer } from './mcp-server.ts';

/**
 * Answers `/mcp` in the revisions 2026-07-28 and 2025-11-25, one request at a time. There are no sessions, so that any
 * process can answer any request, and a revoked key is refused at its next request.
 */
export function openMcp(version: string) {
  const behind = new CommitsBehind();
  return {
    answer: (request: Request, body: unknown, ask: AskApi): Promise<Response> =>
      createMcpHandler(() => mcpServer(ask, { version, behind }), { responseMode: 'json' }).fetch(request, {
        parsedBody: body,
      }),
  };
}
