import { randomUUID } from 'node:crypto';
import { decodeGlobalID, encodeGlobalID } from '@pothos/plugin-relay';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a global id names. Null for another type's id, and for anything that is none. */
export function localId(globalId: string, type: string): string | null {
  try {
    const { typename, id } = decodeGlobalID(globalId);
    return typename === type ? id : null;
  } catch {
    return null;
  }
}

/** An id of the form `<project>:<id>`, both of them UUIDs. */
export function tenantId(globalId: string, type: string): { projectId: string; id: string } | null {
  return parseTenantId(localId(globalId, type));
}

/** The same, of a local id. */
export function parseTenantId(id: string | null): { projectId: string; id: string } | null {
  const [projectId = '', own = '', ...rest] = id?.split(':') ?? [];
  return rest.length === 0 && UUID.test(projectId) && UUID.test(own) ? { projectId, id: own } : null;
}

/** An id of a table whose ids are UUIDs: PostgreSQL fails at anything else, so what is none becomes one that names nothing. */
export function uuidOrNothing(id: string): string {
  return UUID.test(id) ? id : randomUUID();
}

/** A person's id, as the database can be asked for it. */
export function userIdOf(globalId: string): string | null {
  return textOf(localId(globalId, 'User'));
}

/** A project's own id. */
export function projectIdOf(globalId: string): string | null {
  const id = localId(globalId, 'Project');
  return id !== null && UUID.test(id) ? id : null;
}

/** An id of the form `<project>:<number>`. */
export function numberedId(id: string | null): { projectId: string; id: bigint } | null {
  const [projectId = '', own = '', ...rest] = id?.split(':') ?? [];
  return rest.length === 0 && UUID.test(projectId) && /^\d{1,18}$/.test(own)
    ? { projectId, id: BigInt(own) }
    : null;
}

/**
 * A text as the database can hold it: PostgreSQL takes no NUL, and UTF-8 has no half of a surrogate pair. Neither stands
 * in anything that is kept, so a name that loses one to this finds what a name without it finds: nothing of others.
 */
export function textOf(text: string): string;
export function textOf(text: string | null | undefined): string | null;
export function textOf(text: string | null | undefined): string | null {
  return text == null ? null : text.replaceAll('\0', '\uFFFD').toWellFormed();
}

export { encodeGlobalID };
