const url = process.env['PROJECT_SYNC_URL'] ?? 'http://127.0.0.1:4000';
const key = process.env['PROJECT_SYNC_KEY'] ?? '';

/** The text of a query, with the types of its variables and its answer. */
interface TypedDocument<Data, Variables> {
  readonly text: string;
  readonly __types?: (variables: Variables) => Data;
}

const Search: TypedDocument<
  { project: { search: { nodes: { score: number; entry: { path: string | null; startLine: number | null } }[] } } | null },
  { slug: string; query: string }
> = {
  text: `query Search($slug: String!, $query: String!) {
    project(slug: $slug) { search(query: $query, first: 5) { nodes { score entry { path startLine } } } }
  }`,
};

async function ask<Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: document.text, variables }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${errors[0].extensions?.code}: ${errors[0].message}`);
  return data;
}

const { project } = await ask(Search, { slug: 'example', query: 'greet politely' });
for (const { entry, score } of project?.search.nodes ?? [])
  console.log(`${entry.path}:${entry.startLine} ${score.toFixed(3)}`);
