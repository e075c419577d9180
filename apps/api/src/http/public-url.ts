import type { Configuration } from '../configuration.ts';

/** The address at which users reach the server, without a slash at its end. */
export function publicUrlOf(
  { HOST, PORT, PUBLIC_URL }: Pick<Configuration, 'HOST' | 'PORT' | 'PUBLIC_URL'>,
  port: number = PORT,
): string {
  const host = HOST.includes(':') ? `[${HOST}]` : HOST;
  return (PUBLIC_URL ?? `http://${host}:${port}`).replace(/\/+$/, '');
}
