import type { Configuration } from '../configuration.ts';

/** Hosts that mean every address of the machine, and are themselves the address of none. */
const everyAddress = new Set(['0.0.0.0', '::']);
const loopbackNames = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The address at which users reach the server, without a slash at its end. A server that listens on every address of its
 * machine, as in a container, is reached by the machine's own name unless PUBLIC_URL says another one.
 */
export function publicUrlOf(
  { HOST, PORT, PUBLIC_URL }: Pick<Configuration, 'HOST' | 'PORT' | 'PUBLIC_URL'>,
  port: number = PORT,
): string {
  const host = everyAddress.has(HOST) ? 'localhost' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return (PUBLIC_URL ?? `http://${host}:${port}`).replace(/\/+$/, '');
}

/** The origins of the server's own pages. On loopback a browser may use any of its names, and all are this server. */
export function ownOrigins(publicUrl: string): ReadonlySet<string> {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  if (!loopbackNames.includes(hostname)) return new Set([origin]);
  return new Set(loopbackNames.map((name) => `${protocol}//${name}${port === '' ? '' : `:${port}`}`));
}
