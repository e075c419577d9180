/** A query with its variables, as a page asked it. */
interface Operation {
  readonly text: string;
  readonly variables: object;
}

/** The address at which GraphiQL opens with a query and its variables. They stand behind the hash: no server sees them. */
export function graphiqlAddress({ text, variables }: Operation): string {
  const asked = new URLSearchParams({
    query: `${text.trim()}\n`,
    variables: JSON.stringify(variables, null, 2),
  });
  return `/graphql#${asked}`;
}
