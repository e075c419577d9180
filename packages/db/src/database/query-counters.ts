/** The statements sent through a database's connections, and the rows they returned. */
export interface QueryCounters {
  statements: number;
  rows: number;
}
