/** The query of a list's next page: the page's own, so that the place and the filters stay. */
export function further({ search }: { search: string }, cursor: string | null): string {
  const query = new URLSearchParams(search);
  query.set('after', cursor ?? '');
  return query.toString();
}
