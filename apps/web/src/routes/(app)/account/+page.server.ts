import { error, fail, redirect } from '@sveltejs/kit';
import { callApi, type Account, type Refusal } from '#lib/account/account-api.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ fetch, locals, url }) => {
  const read = await callApi<Account>(fetch, '/api/account');
  if (!read.ok && read.refusal.status === 401) redirect(303, '/sign-in?next=/account');
  if (!read.ok) error(502, read.refusal);
  const { github } = read.answer;
  if (github !== null && !github.isConnected) locals.formsLeadTo = github.origin;
  return { account: read.answer, isSaved: url.searchParams.has('saved') };
};

export const actions: Actions = {
  async password({ fetch, request, setHeaders }) {
    const form = await request.formData();
    const changed = await callApi(fetch, '/api/account/password', {
      current: form.get('current'),
      wanted: form.get('wanted'),
    });
    if (changed.ok) redirect(303, '/account?saved');
    const { retryAfter } = changed.refusal;
    if (retryAfter !== undefined) setHeaders({ 'retry-after': String(retryAfter) });
    return refuse(changed.refusal);
  },
  async signOut({ fetch }) {
    const ended = await callApi(fetch, '/api/auth/sign-out', {});
    if (!ended.ok) return refuse(ended.refusal);
    redirect(303, '/sign-in');
  },
  async connectGitHub({ fetch }) {
    const asked = await callApi<{ url?: string }>(fetch, '/api/auth/link-social', {
      provider: 'github',
      callbackURL: '/account',
      errorCallbackURL: '/account',
      disableRedirect: true,
    });
    if (asked.ok && asked.answer.url !== undefined) redirect(303, asked.answer.url, { external: true });
    return fail(502, { code: 'GITHUB_UNREACHABLE', wait: 0 });
  },
};

/** A session that ended meanwhile leads to signing in; any other refusal is shown on the page. */
function refuse({ status, code, retryAfter }: Refusal) {
  if (status === 401) redirect(303, '/sign-in?next=/account');
  return fail(status, { code, wait: retryAfter ?? 0 });
}
