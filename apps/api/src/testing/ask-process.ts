/** One request to a server in a process of its own, and what it answers; an answer with errors throws. */
export async function askProcess<T>(
  { address, key }: { readonly address: string; readonly key: string },
  query: string,
  variables: object = {},
): Promise<T> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as { data: T; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}
