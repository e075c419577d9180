/** An object in a parsed response; its fields are not validated yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Returns a value as an object with fields, or null if it is not an object. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** Returns a list of objects, or null unless every item is one. */
export function rowsOf(value: unknown): Fields[] | null {
  if (!Array.isArray(value)) return null;
  const rows = value.map(fieldsOf).filter((row) => row !== null);
  return rows.length === value.length ? rows : null;
}

/** Returns a string, or null for any other value. */
export function stringOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Returns a finite number, or null for any other value. */
export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Returns an object ID in Git's notation, or null: nothing else may enter a query or a path. */
export function oidOf(value: unknown): string | null {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : null;
}

/** Parses a response body, or returns undefined if it is not JSON. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}
