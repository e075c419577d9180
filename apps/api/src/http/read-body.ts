import type { IncomingMessage } from 'node:http';

const LARGEST_FORM = 65_536;

/** The size limit of a GraphQL request or an MCP message. */
export const LARGEST_QUERY = 1 << 20;

/** Reads the body. Returns null if it is larger than the limit, which by default fits a form. */
export async function readBody(
  request: IncomingMessage,
  limit = LARGEST_FORM,
): Promise<Buffer<ArrayBuffer> | null> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const part = Buffer.from(chunk as Uint8Array);
    size += part.length;
    if (size > limit) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** The JSON of a webhook's body. GitHub and Gitea send a form unless their webhook was set up to send JSON. */
export function payloadOf(body: Uint8Array, type: string): Uint8Array {
  if (!type.startsWith('application/x-www-form-urlencoded')) return body;
  const payload = new URLSearchParams(new TextDecoder().decode(body)).get('payload');
  return new TextEncoder().encode(payload ?? '');
}

/** Parses JSON; undefined where the text is not JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
