import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';

/** The OAuth part of GitHub, for one user who always agrees. */
export function signInAtGitHub(
  account: { id: number; login: string; email: string; verified: boolean },
  secret: string,
): Server {
  const challenges = new Map<string, string>();
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const json = (body: unknown, status = 200): unknown =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (url.pathname === '/login/oauth/authorize') {
      const code = `code-${challenges.size}`;
      challenges.set(code, url.searchParams.get('code_challenge') ?? '');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      return response.writeHead(302, { location: back.href }).end();
    }
    if (url.pathname === '/login/oauth/access_token')
      return void textOf(request).then((text) => {
        const form = new URLSearchParams(text);
        const proof = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        const right =
          form.get('client_id') === 'app' &&
          form.get('client_secret') === secret &&
          challenges.get(form.get('code') ?? '') === proof;
        return json(
          right
            ? { access_token: 'kept-nowhere', token_type: 'bearer', scope: 'read:user,user:email' }
            : { error: 'bad_verification_code' },
        );
      });
    if (request.headers.authorization !== 'Bearer kept-nowhere')
      return json({ message: 'Bad credentials' }, 401);
    if (url.pathname === '/user')
      return json({ id: account.id, login: account.login, name: null, email: null });
    return json([
      { email: 'second@example.invalid', primary: false, verified: true },
      { email: account.email, primary: true, verified: account.verified },
    ]);
  });
}

/** The whole body of a request or an answer. */
export async function textOf(request: IncomingMessage): Promise<string> {
  const parts = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString();
}
