import { randomUUID } from 'node:crypto';
import { decodeGlobalID, encodeGlobalID } from '@pothos/plugin-relay';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The local part of a global ID; null for another type's ID and for text that is no ID. */
export function localId(globalId: string, type: string): string | null {
  try {
    const { typename, id } = decodeGlobalID(globalId);
    return typename === type ? id : null;
  } catch {
    return null;
  }
}

/** The type and the local part of a global ID; null for text that is no ID. */
export function idParts(globalId: string): { type: string; id: string } | null {
  try {
    const { typename, id } = decodeGlobalID(globalId);
    return { type: typename, id };
  } catch {
    return null;
  }
}

/** The parts of a global ID whose local part is `<project>:<id>`, both of them UUIDs. */
export function tenantId(globalId: string, type: string): { projectId: string; id: string } | null {
  return parseTenantId(localId(globalId, type));
}

/** The parts of a local ID of the form `<project>:<id>`. */
export function parseTenantId(id: string | null): { projectId: string; id: string } | null {
  const [projectId = '', own = '', ...rest] = id?.split(':') ?? [];
  return rest.length === 0 && UUID.test(projectId) && UUID.test(own) ? { projectId, id: own } : null;
}

/** The ID if it is a UUID, otherwise a random one that matches no row: PostgreSQL rejects text that is not a UUID. */
export function uuidOrNothing(id: string): string {
  return UUID.test(id) ? id : randomUUID();
}

/** The local ID of a user. User IDs are any text, so only what PostgreSQL cannot store is replaced. */
export function userIdOf(globalId: string): string | null {
  return textOf(localId(globalId, 'User'));
}

/** The local ID of a project. */
export function projectIdOf(globalId: string): string | null {
  const id = localId(globalId, 'Project');
  return id !== null && UUID.test(id) ? id : null;
}

/** The parts of a local ID of the form `<project>:<number>`. */
export function numberedId(id: string | null): { projectId: string; id: bigint } | null {
  const [projectId = '', own = '', ...rest] = id?.split(':') ?? [];
  return rest.length === 0 && UUID.test(projectId) && /^\d{1,18}$/.test(own)
    ? { projectId, id: BigInt(own) }
    : null;
}

/**
 * The text with NUL and lone surrogates replaced, which PostgreSQL cannot store. Stored texts have neither, so a look-up
 * by such a name finds nothing instead of failing.
 */
export function textOf(text: string): string;
export function textOf(text: string | null | undefined): string | null;
export function textOf(text: string | null | undefined): string | null {
  return text == null ? null : text.replaceAll('\0', '\uFFFD').toWellFormed();
}

/** The description of an ID by which only caches find a row. */
export const rowIdText =
  'The ID by which the cache of a client keeps this object. It is stable; `node` does not take it.';

/** The ID of an object that is no Node, from the parts that identify it. */
export function rowId(type: string, ...parts: readonly (string | number | bigint)[]): string {
  return encodeGlobalID(type, parts.join(':'));
}

export { encodeGlobalID };
