import { isConnectionLoss } from './connection-loss.ts';
import { DbError } from './db-error.ts';

/** Prisma's codes for a database that cannot be reached, closed the connection, or has no free connection. */
const prismaCodes = new Set(['P1001', 'P1002', 'P1008', 'P1017', 'P2024']);
/** Messages of drivers that set no code. */
const driverMessages =
  /connection terminated|connection error|timeout exceeded when trying to connect|cannot use a pool after calling end/i;

/** Returns whether an error, or one of its causes, means that the database does not answer. */
export function isDatabaseAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof DbError) {
      if (at.code === 'DATABASE_CLOSED' || at.code === 'DATABASE_UNREACHABLE') return true;
    } else {
      const code: unknown = Reflect.get(at, 'code');
      if (typeof code === 'string' && (prismaCodes.has(code) || isConnectionLoss(at))) return true;
      if (driverMessages.test(at.message)) return true;
    }
  }
  return false;
}
