/** How many milliseconds a server asks to wait: it may say seconds, or a date by its own clock. Null where it says nothing. */
export function retryAfter(headers: Headers, now: number): number | null {
  const said = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(said)) return Number(said) * 1000;
  const until = Date.parse(said);
  if (Number.isNaN(until)) return null;
  const its = Date.parse(headers.get('date') ?? '');
  return Math.max(0, until - (Number.isNaN(its) ? now : its));
}
