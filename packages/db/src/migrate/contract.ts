/** A mark on a statement that takes away something an earlier release used. */
export interface Contract {
  /** The migration of the first release that no longer uses it. */
  readonly since: string;
  readonly reason: string;
}

const mark = /^[ \t]*--[ \t]*contract since (\S+):[ \t]*(\S.*)$/gm;

/** Returns the marks in a text: comment lines of the form `-- contract since 0064_name: the reason`. */
export function contractsIn(sql: string): Contract[] {
  return [...sql.matchAll(mark)].map(([, since = '', reason = '']) => ({ since, reason: reason.trim() }));
}
