export { damageFile } from './damage-file.ts';
export { openTestDatabase, type TestDatabase } from './open-test-database.ts';
export { tableCensus } from './table-census.ts';
