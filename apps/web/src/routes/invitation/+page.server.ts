import { error, redirect } from '@sveltejs/kit';
import { callApi, type Invitation, type Refusal } from '#lib/account/account-api.ts';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ fetch, url }) => {
  const token = url.searchParams.get('token') ?? '';
  const found = await callApi<Invitation>(fetch, `/api/invitation?${new URLSearchParams({ token })}`);
  if (!found.ok) stop(found.refusal);
  return { invitation: found.answer };
};

export const actions: Actions = {
  async default({ fetch, url }) {
    const token = url.searchParams.get('token') ?? '';
    const joined = await callApi<{ location: string }>(fetch, '/api/invitation', { token });
    if (!joined.ok) stop(joined.refusal);
    redirect(303, joined.answer.location);
  },
};

function stop({ status, code, message, project, email }: Refusal): never {
  error(status, {
    code,
    message,
    ...(project === undefined ? {} : { project }),
    ...(email === undefined ? {} : { email }),
  });
}
