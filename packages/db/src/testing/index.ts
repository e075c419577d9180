export { damageFile } from './damage-file.ts';
export { insertProject, insertRepository } from './insert-rows.ts';
export { lineReader } from './line-reader.ts';
export { listingOf } from './listing-of.ts';
export { openMemoryWorld, type MemoryWorld } from './open-memory-world.ts';
export {
  openSyncWorld,
  type SyncWorld,
  type SyncWorldOptions,
  type WorldRepository,
} from './open-sync-world.ts';
export { openTestDatabase, type TestDatabase } from './open-test-database.ts';
export type { SyncRow } from './sync-rows.ts';
export { tableCensus } from './table-census.ts';
