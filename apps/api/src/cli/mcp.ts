import { EXIT } from './command.ts';
import { connect } from './connect.ts';
import { installMcp } from './install-mcp.ts';
import type { Arguments } from './parse-arguments.ts';
import type { Surroundings } from './surroundings.ts';

/** Serves the tools on stdin and stdout until the client goes, or enters this command in a client's settings. */
export async function mcp(given: Arguments, around: Surroundings): Promise<number> {
  const [action, client] = given.words;
  if (action !== undefined) return installMcp({ action, client, print: given.flags.print }, around);
  const [{ serveStdio }, { mcpServer }, { CommitsBehind }, { version }] = await Promise.all([
    import('@modelcontextprotocol/server/stdio'),
    import('../mcp/mcp-server.ts'),
    import('../mcp/api.ts'),
    import('../version.ts'),
  ]);
  const connection = await connect(around.environment, { ...given.server, works: true });
  const behind = new CommitsBehind();
  const serving = serveStdio(
    () => mcpServer((query, variables) => connection.client.post(query, variables), { version, behind }),
    { onerror: (error) => around.output.error(error.message) },
  );
  await new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve);
    around.signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  await serving.close();
  await connection.close();
  return EXIT.done;
}
