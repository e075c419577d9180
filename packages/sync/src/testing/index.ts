export { claimedSync } from './claimed-sync.ts';
export { createRepository, type FileChange, type TestRepository } from './create-repository.ts';
export { hostileNames, randomFrom, RandomHistory, type HistoryStep } from './random-history.ts';
export { listingOf } from './listing-of.ts';
export { serveGit, type GitServer, type ServedRequest, type ServerFault } from './serve-git.ts';
