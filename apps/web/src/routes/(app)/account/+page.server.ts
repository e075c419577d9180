import { error, fail, redirect } from '@sveltejs/kit';
import { callApi, type Account, type Refusal } from '#lib/account/account-api.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ fetch, locals, url }) => {
  const read = await callApi<Account>(fetch, '/api/account');
  if (!read.ok && read.refusal.status === 401) redirect(303, '/sign-in?next=/account');
  if (!read.ok) error(502, read.refusal);
  const { github, openid } = read.answer;
  const connectable = [github, openid].filter((way) => way !== null && !way.isConnected);
  if (connectable.length > 0) locals.formsLeadTo = connectable.map((way) => way?.origin).join(' ');
  return { account: read.answer, saved: url.searchParams.get('saved') };
};

export const actions: Actions = {
  async profile({ fetch, request }) {
    const form = await request.formData();
    const changed = await callApi(fetch, '/api/account/profile', {
      name: form.get('name'),
      email: form.get('email'),
    });
    if (changed.ok) redirect(303, '/account?saved=profile');
    return refuse(changed.refusal);
  },
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
  async removePasskey({ fetch, request }) {
    const form = await request.formData();
    const removed = await callApi(fetch, '/api/account/passkeys/remove', { id: form.get('id') });
    return removed.ok ? redirect(303, '/account') : refuse(removed.refusal);
  },
  connectGitHub: ({ fetch }) => connect(fetch, 'github', 'GITHUB_UNREACHABLE'),
  connectOpenid: ({ fetch }) => connect(fetch, 'oidc', 'OPENID_UNREACHABLE'),
};

/** Leads to the page on which the user agrees that their account there signs them in here. */
async function connect(fetch: typeof globalThis.fetch, provider: string, code: string) {
  const asked = await callApi<{ url?: string }>(fetch, '/api/auth/link-social', {
    provider,
    callbackURL: '/account',
    errorCallbackURL: '/account',
    disableRedirect: true,
  });
  if (asked.ok && asked.answer.url !== undefined) redirect(303, asked.answer.url, { external: true });
  if (!asked.ok && asked.refusal.status < 500) return refuse(asked.refusal);
  return fail(502, { code, wait: 0 });
}

/** A session that ended meanwhile leads to signing in; any other refusal is shown on the page. */
function refuse({ status, code, retryAfter }: Refusal) {
  if (status === 401) redirect(303, '/sign-in?next=/account');
  return fail(status, { code, wait: retryAfter ?? 0 });
}
