/** The address of a page with a query. An empty query leaves no question mark behind. */
export function addressWith({ pathname }: { pathname: string }, query: URLSearchParams): string {
  return query.size === 0 ? pathname : `${pathname}?${query}`;
}
