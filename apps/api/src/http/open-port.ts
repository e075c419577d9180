import type { Server } from 'node:http';
import type { Configuration } from '../configuration.ts';

/**
 * An idle connection must outlive the 60 s that load balancers keep theirs, or they send a request into a closed one.
 * Node requires the two other limits to be longer.
 */
export const timeouts = { keepAliveTimeout: 65_000, headersTimeout: 66_000, requestTimeout: 70_000 };

/** The time that open requests get when the server closes. */
const CLOSE_WITHIN_MS = 3000;

/** Opens the configured port, and returns its number. */
export function openPort(
  server: Server,
  { PORT, HOST }: Pick<Configuration, 'PORT' | 'HOST'>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(PORT, HOST, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(address instanceof Object ? address.port : PORT);
    });
  });
}

/** Takes no more connections, ends the streams, and gives requests a moment to finish. */
export async function closeWithin(server: Server, endStreams?: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await endStreams?.();
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  await closed;
  clearTimeout(force);
}
