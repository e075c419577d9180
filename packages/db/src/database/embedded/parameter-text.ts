/**
 * A parameter as PostgreSQL's own text, the way `pg` sends it to a server, so that both databases read the same.
 * Null stays null.
 */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Quoted always: an empty text, `NULL` or a comma would else be read as something different. */
function element(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  const text = parameterText(value);
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
