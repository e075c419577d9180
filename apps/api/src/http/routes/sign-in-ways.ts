import type { People } from '../../auth/people.ts';
import type { Handler } from '../respond.ts';

/** `/sign-in/ways`: the ways to sign in that this server offers. */
export function signInWays({ githubSite }: Pick<People, 'githubSite'>): Handler {
  const body = JSON.stringify({ ways: ['password', ...(githubSite === null ? [] : ['github'])] });
  return (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body);
}
