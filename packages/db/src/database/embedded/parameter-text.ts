/** A parameter as the thread takes it: PostgreSQL's text form, or its binary form. */
export type ParameterValue = string | Uint8Array | null;

/** Converts a parameter as `pg` does for a server: bytes are sent as they are, everything else as text. */
export function parameterValue(value: unknown): ParameterValue {
  // A copy, for the thread is given all of the memory that a view lies in.
  return value instanceof Uint8Array ? new Uint8Array(value) : parameterText(value);
}

/** Converts a value to PostgreSQL's text form. Null stays null. */
export function parameterText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array)
    return `\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Always quotes: an empty text, `NULL` or a comma would otherwise have another meaning. */
function element(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(element).join(',')}}`;
  const text = parameterText(value);
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
