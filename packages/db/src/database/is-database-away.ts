import { isConnectionLoss } from './connection-loss.ts';

/** Our own codes, which Prisma passes on, and Prisma's for an unreachable server or a used-up pool. */
const codes = new Set([
  'DATABASE_CLOSED',
  'DATABASE_UNREACHABLE',
  'P1001',
  'P1002',
  'P1008',
  'P1017',
  'P2024',
]);
/** Messages of drivers that set no code. */
const driverMessages =
  /connection terminated|connection error|timeout exceeded when trying to connect|cannot use a pool after calling end/i;

/** Returns whether an error, or one of its causes, means that the database does not answer. */
export function isDatabaseAway(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const code: unknown = Reflect.get(at, 'code');
    if (typeof code === 'string' && (codes.has(code) || isConnectionLoss(at))) return true;
    if (driverMessages.test(at.message)) return true;
  }
  return false;
}
