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

export { encodeGlobalID };
