import { error, fail, redirect } from '@sveltejs/kit';
import { callApi, type GitHubApp, type Refusal } from '#lib/account/account-api.ts';
import type { Actions, PageServerLoad } from './$types';

const HERE = '/instance/github-app';

export const load: PageServerLoad = async ({ fetch, locals, url }) => {
  const [code, state] = [url.searchParams.get('code'), url.searchParams.get('state')];
  if (code !== null && state !== null) {
    // GitHub sent the operator back. The code is spent at once, and leaves the address.
    const created = await callApi(fetch, '/api/github-app', { code, state });
    if (created.ok) redirect(303, `${HERE}?created`);
    if (created.refusal.status === 401) redirect(303, `/sign-in?next=${HERE}`);
    redirect(303, `${HERE}?problem=${encodeURIComponent(created.refusal.code)}`);
  }
  const organization = url.searchParams.get('organization')?.trim() ?? '';
  const read = await callApi<GitHubApp>(fetch, `/api/github-app?${new URLSearchParams({ organization })}`);
  if (!read.ok) return refuse(read.refusal, organization);
  locals.formsLeadTo = new URL(read.answer.action).origin;
  return {
    ...read.answer,
    organization,
    isCreated: url.searchParams.has('created'),
    problem: url.searchParams.get('problem'),
  };
};

export const actions: Actions = {
  async remove({ fetch }) {
    const removed = await callApi(fetch, '/api/github-app/remove', {});
    if (!removed.ok) return fail(removed.refusal.status, { code: removed.refusal.code });
    redirect(303, HERE);
  },
};

function refuse({ status, code, message }: Refusal, organization: string): never {
  if (status === 401) redirect(303, `/sign-in?next=${HERE}`);
  if (code === 'INVALID_NAME' && organization !== '') redirect(303, `${HERE}?problem=${code}`);
  error(status === 403 ? 403 : 502, { code, message });
}
