import type { People } from '../../auth/people.ts';
import type { Handler } from '../respond.ts';

/** `/sign-in/ways`: the ways to sign in that this server offers. */
export function signInWays(people: People): Handler {
  return async (_request, response) => {
    const openid = await people.openid();
    const ways = [
      'password',
      ...(people.hasPasskeys ? ['passkey'] : []),
      ...(people.githubSite === null ? [] : ['github']),
      ...(openid === null ? [] : ['oidc']),
    ];
    const body = JSON.stringify({ ways, ...(openid === null ? {} : { oidcName: openid.name }) });
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body);
  };
}
