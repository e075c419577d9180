import type { IncomingMessage, ServerResponse } from 'node:http';
import { SHORTEST_PASSWORD, type People } from '../auth/people.ts';
import { readBody } from './read-body.ts';
import type { SignInBudgets } from './sign-in-budgets.ts';
import { escaped, sendPage } from './static-page.ts';

/**
 * How the person of a session can come back: a password is set or changed here, and an account at GitHub connected.
 * Whoever came by a single-use link has neither yet.
 */
export async function answerAccount(
  people: People,
  budgets: SignInBudgets,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const headers = new Headers();
  for (const name of ['cookie', 'origin', 'user-agent'] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  const person = await people.waysOf(headers);
  if (person === null) return go(response, '/sign-in?next=/account');
  const hasPassword = person.ways.includes('credential');
  let told = '';
  if (request.method === 'POST') {
    const form = new URLSearchParams((await readBody(request))?.toString() ?? '');
    if (form.get('way') === 'out') {
      const { headers: answered } = await people.signOut(headers);
      return go(response, '/sign-in', answered.getSetCookie());
    }
    if (form.get('way') === 'github' && people.githubSite !== null) {
      const answer = await people.connectGitHub(headers, '/account');
      const url = urlIn(await answer.json());
      if (url !== null) return go(response, url, answer.headers.getSetCookie());
      told = 'GitHub could not be asked. Try again later.';
    } else {
      // The old password can be guessed here too.
      const { retryAfter } = budgets.byEmail.take(person.email);
      if (retryAfter !== null) {
        response.setHeader('retry-after', String(retryAfter));
        return sendPage(response, {
          status: 429,
          title: 'Too many tries',
          text: `Try again in ${retryAfter} s.`,
        });
      }
      const wanted = form.get('wanted') ?? '';
      const answer = await people.setPassword(headers, {
        current: hasPassword ? (form.get('current') ?? '') : null,
        wanted,
      });
      if (answer.ok) return go(response, '/account', answer.headers.getSetCookie());
      told =
        wanted.length < SHORTEST_PASSWORD
          ? `A password has at least ${SHORTEST_PASSWORD} characters.`
          : 'That is not your password until now.';
    }
  }
  sendPage(response, {
    status: told === '' ? 200 : 400,
    title: 'How you sign in',
    text: told === '' ? `You are signed in as ${person.email}.` : told,
    below: `${passwordForm(hasPassword)}${githubForm(people, person.ways)}<form method="post"><button name="way" value="out">Sign out</button></form><p><a href="/">Back to the projects</a></p>`,
    ...(people.githubSite === null ? {} : { formsLeadTo: people.githubSite }),
  });
}

function passwordForm(hasPassword: boolean): string {
  const current = hasPassword
    ? '<label>Password until now<input type="password" name="current" autocomplete="current-password" required></label>'
    : '';
  return `<form method="post">${current}<label>${hasPassword ? 'New password' : 'Password'}<input type="password" name="wanted" autocomplete="new-password" minlength="${SHORTEST_PASSWORD}" required></label><button>${hasPassword ? 'Change the password' : 'Set a password'}</button></form>`;
}

function githubForm({ githubSite }: People, ways: readonly string[]): string {
  if (githubSite === null) return '';
  return ways.includes('github')
    ? `<p>Your account at ${escaped(new URL(githubSite).host)} is connected.</p>`
    : '<form method="post"><button name="way" value="github">Connect GitHub</button></form>';
}

function urlIn(answer: unknown): string | null {
  const url: unknown = answer instanceof Object ? Reflect.get(answer, 'url') : null;
  return typeof url === 'string' && URL.canParse(url) ? url : null;
}

function go(response: ServerResponse, location: string, cookies: readonly string[] = []): void {
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.writeHead(303, { location, 'cache-control': 'no-store' }).end();
}
