import type { Server } from 'node:net';

/** Lets a server listen on a free port of this machine alone, and returns the port. The caller closes it. */
export async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return address instanceof Object ? address.port : 0;
}
