/** What has gone through a database's connections, counted. */
export interface Tally {
  statements: number;
  rows: number;
}
