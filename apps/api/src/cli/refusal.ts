import { z } from 'zod';

/** An error of a GraphQL response. */
export const graphqlError = z.object({
  message: z.string(),
  extensions: z.object({ code: z.string().optional() }).optional(),
});

/** A request that the server refused, with the code that programs branch on. */
export class Refusal extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}

/** A server that stopped answering while a command ran. */
export class Unreachable extends Error {
  readonly code = 'SERVER_UNREACHABLE';
  constructor(cause: unknown) {
    super(
      'The server no longer answers. Its syncs continue when it runs again; check with: project-sync status',
      { cause },
    );
    this.name = 'Unreachable';
  }
}

/** Advice for refusals whose message speaks to programs rather than to users of the command line. */
const advice: Readonly<Record<string, (key: string) => string>> = {
  UNAUTHENTICATED: (key) => `The server refused ${key}: it is wrong, revoked or expired. Use a valid key.`,
  FORBIDDEN: (key) =>
    `${key.charAt(0).toUpperCase()}${key.slice(1)} lacks a scope for this. Use one with more scopes: project-sync keys list`,
};

/** Codes for responses without a GraphQL error, such as a proxy's own page. */
const codesByStatus: Readonly<Record<number, string>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  429: 'RATE_LIMITED',
};

/** Describes a refused request by its GraphQL error or else by its HTTP status. */
export function refusalOf(
  error: z.infer<typeof graphqlError> | undefined,
  {
    status,
    text,
    keySource = 'the given key',
  }: { readonly status: number; readonly text: string; readonly keySource?: string },
): Refusal {
  const code = error?.extensions?.code ?? codesByStatus[status] ?? 'INTERNAL';
  const message = error?.message ?? `The server answered with status ${status}: ${firstLine(text)}`;
  const hint = advice[code];
  return new Refusal(code, hint === undefined ? message : `${hint(keySource)} (${message})`);
}

function firstLine(text: string): string {
  return (text.trim().split('\n', 1)[0] ?? '').slice(0, 200) || 'nothing';
}
