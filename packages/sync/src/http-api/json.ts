/** An object of a parsed answer, whose fields are still to be looked at. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of a value, or null where it is no object. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

/** The rows of a list of objects, or null where one of them is none. */
export function rowsOf(value: unknown): Fields[] | null {
  if (!Array.isArray(value)) return null;
  const rows = value.map(fieldsOf).filter((row) => row !== null);
  return rows.length === value.length ? rows : null;
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** An object id as Git writes it, or null: anything else must not get into a query or a path. */
export function oidOf(value: unknown): string | null {
  return typeof value === 'string' && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value) ? value : null;
}

/** The JSON of a body, or undefined where it is none. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'));
  } catch {
    return undefined;
  }
}
