import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database, Sql, Tenant } from './database.ts';

/** On whose account the database works. The syncs of a project have another account than those who read it. */
export interface Account {
  readonly name: string;
  /** Whether its work is for no one who waits in front of a screen: of two that used as much, it comes second. */
  readonly isPatient: boolean;
  /** Who asked for it: one person's accounts count together against those of others, however many projects they have. */
  readonly person?: string | null;
}

const accounts = new AsyncLocalStorage<Account>();

/** The account of no tenant: sign-ins, the queue, and upkeep in short statements. */
const ofNoTenant: Account = { name: '', isPatient: false };

/** The account of a user, or of a key of theirs that is bound to one project. */
export const tenantAccount = ({ userId, projectId }: Tenant): Account => ({
  name: `user ${userId} ${projectId ?? ''}`,
  isPatient: false,
  person: userId,
});

/** The account of upkeep in long statements. */
export const upkeep: Account = { name: 'upkeep', isPatient: true };

/** The account of the syncs of a project, and of what follows from them; the person is the one who asked for them, if one did. */
export const syncsOf = (projectId: string, person: string | null = null): Account => ({
  name: `syncs ${projectId}`,
  isPatient: true,
  person,
});

/** Returns the account of the current call. */
export function currentAccount(): Account {
  return accounts.getStore() ?? ofNoTenant;
}

/** Runs work on an account, unless it is part of what runs on one already. */
export function onAccount<T>(account: Account, work: () => T): T {
  return accounts.getStore() === undefined ? accounts.run(account, work) : work();
}

/** The system's door of a database, with everything that goes through it on one account. */
export function chargedTo(database: Database, account: Account): Database {
  return {
    ...database,
    system: chargedSql(database.system, account),
    transaction: (work) => onAccount(account, () => database.transaction(work)),
  };
}

/** The same for statements. */
export function chargedSql(sql: Sql, account: Account): Sql {
  return {
    ...sql,
    query: (text, params, options) => onAccount(account, () => sql.query(text, params, options)),
    execute: (text, params, options) => onAccount(account, () => sql.execute(text, params, options)),
    script: (text) => onAccount(account, () => sql.script(text)),
    copyIn: (target, rows) => onAccount(account, () => sql.copyIn(target, rows)),
  };
}
