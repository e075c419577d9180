import type { People } from '../../auth/people.ts';
import type { Handler } from '../respond.ts';

/** `/sign-in`: a link with a token signs in at once; otherwise the web app shows its page. */
export function signIn({ url, verifyPath }: People, webApp: Handler): Handler {
  return (request, response) => {
    const token = new URL(request.url ?? '/', url).searchParams.get('token');
    if (token === null) return webApp(request, response);
    return response
      .writeHead(302, {
        location: verifyPath(token, '/'),
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      })
      .end();
  };
}
